import { z } from 'zod'
import { lastReleaseOf, releaseOf, rollOut, tryRelease, usualRelease } from '../deploy/index.ts'
import { proxyName, type Scene, type Server, sameServers, theseServers, whichServers } from '../stack/index.ts'
import { defineFault, observationOfAll, type WitnessObservation } from './fault.ts'

/** A roll-out of another release of the backend: no failure by itself, and what the failure is in. */
export const deployRelease = defineFault({
  kind: 'deploy-release',
  about: 'Rolls another release out to the servers of a group, all or some, each taken out of the upstream meanwhile.',
  fields: {
    ...whichServers,
    release: z.string(),
    /** Whose upstream they stand in. */
    service: proxyName,
  },
  needs: ['versioned'],
  make: ({ role, servers, release, service }) => {
    const meant = sameServers({ role, servers })
    return {
      inject: async (scene, { onLive } = {}) => {
        const targets = theseServers(scene.stack, { role, servers })
        const acts = []
        if (scene.measures.has('load-test')) {
          const act = await tryRelease(scene, { role, release, running: await usualRelease(scene, role) })
          acts.push(act)
          if (act.action === 'rejected')
            return { outcome: 'rejected', because: act.because, acts, evidence: act.evidence }
        }
        const { because, evidence } = await rollOut(scene, { servers: targets, release, drain: true, proxy: service })
        await onLive?.()
        return { outcome: 'in-force', because, acts, evidence }
      },
      witness: {
        name: "each server's own answer which release it runs; of one that is down, what monitoring last heard",
        see: async (scene) => await look(scene, meant(scene.stack), release),
      },
    }
  },
})

async function look(scene: Scene, servers: readonly Server[], release: string): Promise<WitnessObservation> {
  const said = await Promise.all(
    servers.map(async (server) => {
      const { name } = server
      const now = await releaseOf(server)
      return { name, release: now ?? (await lastReleaseOf(scene.stack, name)), down: now === null }
    }),
  )
  const told = said.map(
    (one) => `${one.name} ${one.down ? 'is down and last ran' : 'runs'} ${one.release ?? 'nothing'}`,
  )
  // What a server that is down last ran, monitoring may not have heard: the others tell.
  const known = said.filter((one) => one.release !== null)
  return observationOfAll(
    known.map((one) => ({ present: one.release === release, because: '' })),
    told.join(', '),
  )
}
