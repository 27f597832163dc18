import { z } from 'zod'
import { reasonOf } from '../kit/errors.ts'
import { type Service, upstreamName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** Restarts every server behind the proxy at once, as it is done under pressure. */
export const restartBackends = defineRemedy({
  kind: 'restart-backends',
  about: 'Restarts every server of these groups at once, and waits until each says that it is ready.',
  fields: {
    /** Upstream groups; absent: all. */
    roles: z.array(upstreamName).min(1).optional(),
  },
  make: ({ roles: wanted }) => ({
    apply: async (scene) => {
      const began = scene.clock.now()
      const results = await Promise.all(
        (wanted?.flatMap((role) => scene.stack.servers(role)) ?? scene.stack.servers()).map(restartOne),
      )
      const tookMs = Math.round(scene.clock.now() - began)
      const failed = results.filter(({ failure }) => failure !== null)
      const back = results.filter(({ failure }) => failure === null).map(({ name }) => name)
      const changed = results.some((one) => one.changed)
      const evidence = { tookMs, back, failed: failed.map(({ name }) => name) }
      if (failed.length === 0) {
        return { ok: true, changed, because: `${back.join(', ')} up again after ${tookMs} ms`, evidence }
      }
      const why = failed.map(({ name, failure }) => `${name}: ${failure}`).join('; ')
      return {
        ok: false,
        changed,
        because: `${failed.length} of ${results.length} did not come back: ${why}`,
        evidence,
      }
    },
  }),
})

interface Restarted {
  name: string
  changed: boolean
  /** Null: it came back. */
  failure: string | null
}

/** A server that does not come back, or has no container to start, is a result. */
async function restartOne(service: Service): Promise<Restarted> {
  const { name } = service
  const startOf = () =>
    service.state().then(
      ({ startedAt }) => startedAt,
      () => '',
    )
  const before = await startOf()
  const failure = await service.restart().then(() => null, reasonOf)
  return { name, changed: (await startOf()) !== before, failure }
}
