import { z } from 'zod'
import { addServers, shareWith, usualRelease, watchToo } from '../deploy/index.ts'
import { proxyName, upstreamName } from '../stack/index.ts'
import { defineRemedy } from './remedy.ts'

/** More servers of a role, under load: started, then given their share of the users, and watched like the others. */
export const scaleOut = defineRemedy({
  kind: 'scale-out',
  about: "Starts more servers of a role and adds them, once ready, to the proxy's upstream and to monitoring.",
  addsServers: true,
  fields: {
    role: upstreamName,
    /** How many more. */
    add: z.int().min(1).max(5),
    /** What they run; absent: what most of the others do. */
    release: z.string().optional(),
    /** Whose upstream they join. */
    service: proxyName,
  },
  needs: ['growing', 'versioned'],
  make: ({ role, add, release, service }) => ({
    apply: async (scene) => {
      const began = scene.clock.now()
      const runs = release ?? (await usualRelease(scene, role))
      const servers = await addServers(scene, role, add, runs)
      const readyMs = Math.round(scene.clock.now() - began)
      const names = servers.map(({ name }) => name)
      const shared = await shareWith(scene, scene.stack.proxy(service), servers)
      const evidence = { servers: names, release: runs, readyMs, ...shared.evidence }
      if (!shared.live) {
        const because = `${names.join(', ')} are ready, and get no requests: ${shared.because}`
        return { ok: false, changed: false, because, evidence }
      }
      const watched = await watchToo(scene, servers)
      const because = [
        `${names.join(', ')} with release ${runs} ready after ${readyMs} ms`,
        shared.because,
        watched ? 'monitoring watches them' : 'monitoring does not see all of them',
      ].join('; ')
      return { ok: true, changed: true, because, evidence: { ...evidence, watched } }
    },
  }),
})
