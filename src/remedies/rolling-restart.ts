import { z } from 'zod'
import { restartInTurn } from '../deploy/index.ts'
import { proxyName, upstreamName } from '../stack/index.ts'
import { defineRemedy, notReady } from './remedy.ts'

/** As a deploy of servers is done: one after the other, under load. */
export const rollingRestart = defineRemedy({
  kind: 'rolling-restart',
  about: 'Restarts the servers of a group one after the other, each when the one before answers; drained, if wanted.',
  fields: {
    role: upstreamName,
    /** Each is marked `down` in the proxy's configuration first, and nobody is at work for it when it ends. */
    drain: z.boolean().default(false),
    service: proxyName,
  },
  make: ({ role, drain, service }) => ({
    apply: async (scene) => {
      const servers = scene.stack.servers(role)
      const done = await restartInTurn(scene, { servers, drain, proxy: service }).catch((thrown: unknown) => {
        return { failed: notReady(thrown) }
      })
      if ('failed' in done) return { ok: false, changed: true, because: done.failed, evidence: { drain } }
      return { ok: true, changed: true, ...done }
    },
  }),
})
