import { z } from 'zod'
import { proveLive, readRelease } from '../deploy/index.ts'
import { defineRemedy, notReady } from './remedy.ts'

/** Turning it off and on again. For a proxy it is proven that the configuration on disk is what serves afterwards. */
export const restartService = defineRemedy({
  kind: 'restart-service',
  about: 'Stops a service, starts it again, and waits until it says that it is ready.',
  fields: { service: z.string() },
  make: ({ service: name }) => ({
    apply: async (scene) => {
      const service = scene.stack.service(name)
      const before = await service.state()
      const began = scene.clock.now()
      const failed = await service.restart().then(() => undefined, notReady)
      if (failed) return { ok: false, changed: true, because: failed, evidence: { startedBefore: before.startedAt } }
      const after = await service.state()
      const tookMs = Math.round(scene.clock.now() - began)
      const evidence = { startedBefore: before.startedAt, startedAfter: after.startedAt, tookMs }
      const changed = after.running && after.startedAt !== before.startedAt
      const because = `${name} was down and up again in ${tookMs} ms`
      if (service.role !== 'proxy' || !changed) return { ok: changed, changed, because, evidence }
      const proxy = scene.stack.proxy(name)
      const onDisk = await readRelease(proxy, 'what is on disk')
      const live = await proveLive(scene, proxy, onDisk.hash)
      return {
        ok: live.live,
        changed,
        because: `${because}; ${live.because}`,
        evidence: { ...evidence, ...live.evidence },
      }
    },
  }),
})
