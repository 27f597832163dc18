import { z } from 'zod'
import { allEnded } from '../kit/all-ended.ts'
import { addBehaviour, type Scene, type Service, upstreamName } from '../stack/index.ts'
import { defineFault, untilClear, type WitnessObservation } from './fault.ts'

/** Short enough that no request waits noticeably for the thread. */
const everyMs = 40
/** Eight rounds of the burning: one more or less in a look is an eighth. */
const lookMs = 320
/** A busy machine may give it little in one look. */
const mostLooks = 3
/** Of what it was told to burn: more than a server uses that does not burn and is asked little. */
const perhaps = 1 / 4

/** A misleading trail: servers that are really busy, and serve all the same. */
export const cpuBurn = defineFault({
  kind: 'cpu-burn',
  about: 'Keeps the CPU of servers busy beside their requests, which are still served in time.',
  fields: {
    roles: z.array(upstreamName).min(1),
    /** Of one core, burned by each server. */
    share: z.number().min(0.1).max(0.9).default(0.3),
  },
  needs: ['scriptable'],
  make: ({ roles, share }) => ({
    inject: async (scene) => {
      const servers = roles.flatMap((role) => scene.stack.servers(role))
      const burning = { ms: Math.round(share * everyMs), everyMs }
      await allEnded(servers.map((server) => addBehaviour(scene, server, { 'cpu-burn': burning })))
      const names = servers.map((server) => server.name)
      const because = `${names.join(', ')} burn ${burning.ms} ms of CPU every ${everyMs} ms, whatever is asked of them`
      return { outcome: 'in-force', because, acts: [], evidence: { servers: names, ...burning } }
    },
    witness: {
      name: "the kernel's CPU time of each container",
      see: (scene) =>
        look(
          scene,
          roles.flatMap((role) => scene.stack.servers(role)),
          share,
        ),
    },
  }),
})

/**
 * There while one server uses half of what it was told to burn: where the machine has less to give, less is used, and
 * one of several servers may have been started anew meanwhile. Where that is neither seen nor out of the question, it
 * looks again.
 */
async function look(scene: Scene, servers: readonly Service[], share: number): Promise<WitnessObservation> {
  const most = (cores: readonly number[]) => Math.max(...cores)
  const isUnclear = (cores: readonly number[]) => most(cores) < share / 2 && most(cores) >= share * perhaps
  const cores = await untilClear(() => coresOf(scene, servers), isUnclear, mostLooks)
  const told = cores.map((one, index) => `${servers[index]?.name ?? ''} ${one.toFixed(2)}`).join(', ')
  return { present: most(cores) >= share / 2, because: `cores used: ${told}` }
}

/** Cores that each has used in the time of one look. */
async function coresOf(scene: Scene, servers: readonly Service[]): Promise<number[]> {
  const begun = await Promise.all(servers.map(({ name }) => scene.stack.cgroup(name).cpuMs()))
  const from = scene.clock.now()
  await scene.clock.sleep(lookMs)
  const ended = await Promise.all(servers.map(({ name }) => scene.stack.cgroup(name).cpuMs()))
  const tookMs = scene.clock.now() - from
  return ended.map((ms, index) => (ms - (begun[index] ?? ms)) / tookMs)
}
