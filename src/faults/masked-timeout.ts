import { pollUntil } from '../kit/clock.ts'
import { addBehaviour, type Scene, type Server, signsOf, upstreamName } from '../stack/index.ts'
import { defineFault } from './fault.ts'

const offlineLimitMs = 5_000

/**
 * A timeout that users see as 502. All servers but the last refuse connections; the last takes them and never answers.
 * A request that has waited for it in vain is to be tried elsewhere, and nobody else is left: Nginx makes a 502
 * of its 504 (`504, 502` in $upstream_status). What cannot be tried twice, a POST, stays a 504.
 */
export const maskedTimeout = defineFault({
  kind: 'masked-timeout',
  about: 'Lets the last server of a role hang while the others refuse: a read timeout that users see as 502.',
  fields: { role: upstreamName },
  needs: ['scriptable'],
  make: ({ role }) => ({
    inject: async (scene) => {
      const { offline, hanging } = partsOf(scene, role)
      if (!hanging || offline.length === 0) {
        const because = `${role} has one server: there is no other one to be out of order before`
        return { outcome: 'rejected', because, acts: [], evidence: {} }
      }
      await addBehaviour(scene, hanging, { hang: {} })
      await Promise.all(offline.map((server) => addBehaviour(scene, server, refusal)))
      let seen = await look(scene, role)
      const closed = async () => {
        if (!seen.present) seen = await look(scene, role)
        return seen.present ? true : undefined
      }
      const limits = { withinMs: offlineLimitMs, everyMs: 100, clock: scene.clock, signal: scene.signal }
      const present = await pollUntil(closed, limits)
      const { because } = seen
      const evidence = { offline: offline.map(({ name }) => name), hanging: hanging.name }
      return { outcome: present ? 'in-force' : 'rejected', because, acts: [], evidence }
    },
    witness: { name: 'a request to each server, past the proxy', see: (scene) => look(scene, role) },
  }),
})

const refusal = { 'closed-port': { connections: 'end' } } as const

function partsOf({ stack }: Scene, role: string): { offline: Server[]; hanging: Server | undefined } {
  const servers = stack.servers(role)
  return { offline: servers.slice(0, -1), hanging: servers.at(-1) }
}

async function look(scene: Scene, role: string) {
  const { offline, hanging } = partsOf(scene, role)
  const asked = [
    ...offline.map((server) => ({ server, wanted: refusal })),
    ...(hanging ? [{ server: hanging, wanted: { hang: {} } }] : []),
  ]
  const seen = await Promise.all(asked.map(({ server, wanted }) => signsOf(scene, server, wanted)))
  const because = seen.map((one, index) => `${asked[index]?.server.name}: ${one.because}`).join('; ')
  return { present: seen.length > 1 && seen.every(({ shown }) => shown.length > 0), because }
}
