import { z } from 'zod'
import { rollOut } from '../deploy/index.ts'
import { proxyName, theseServers, whichServers } from '../stack/index.ts'
import { defineRemedy, notReady } from './remedy.ts'

/** The last update of the application is taken back: the servers run the previous release again, freshly started. */
export const rollbackApplication = defineRemedy({
  kind: 'rollback-application',
  about: 'Puts the previous release on the servers of a role, all or some, one after the other, newly started.',
  fields: {
    ...whichServers,
    /** Absent: the oldest that there is. */
    release: z.string().optional(),
    /** Whether each is taken out of the upstream meanwhile; in an outage nobody waits for that. */
    drain: z.boolean().default(false),
    /** Whose upstream they stand in. */
    service: proxyName,
  },
  needs: ['versioned'],
  make: ({ role, servers, release: wanted, drain, service }) => ({
    apply: async (scene) => {
      const release = wanted ?? Object.keys(scene.stack.description.can.versioned?.releases ?? {})[0] ?? ''
      const targets = theseServers(scene.stack, { role, servers })
      const done = await rollOut(scene, { servers: targets, release, drain, proxy: service }).catch(notReady)
      if (typeof done !== 'string') return { ok: true, changed: true, ...done }
      return { ok: false, changed: true, because: done, evidence: { release } }
    },
  }),
})
