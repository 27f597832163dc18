import { z } from 'zod'
import { timingsOf, timingWords } from '../deploy/index.ts'
import type { ReachAnswer } from '../protocol/index.ts'
import {
  filterings,
  filterPackets,
  listensOn,
  type Scene,
  type Server,
  sameServers,
  theseServers,
  whichServers,
} from '../stack/index.ts'
import { defineFault, observationOfAll, type WitnessObservation } from './fault.ts'

const reachLimitMs = 800
const timedRequests = 4

/** A firewall between the proxy and servers that are well. */
export const packetFilter = defineFault({
  kind: 'packet-filter',
  about:
    'Puts a packet filter between the proxy and servers: refused or swallowed, all packets or new connections only.',
  fields: {
    /** `…-new`: connections that are open live on, and the proxy keeps them alive. */
    how: z.enum(filterings),
    /**
     * Where it stands: at the servers, where it ends when a server is restarted, or at the proxy, where it ends when
     * the proxy is.
     */
    at: z.enum(['servers', 'proxy']).default('servers'),
    ...whichServers,
  },
  make: ({ how, at, ...which }) => {
    const meant = sameServers(which)
    return {
      inject: async (scene) => {
        const servers = theseServers(scene.stack, which)
        const { port = scene.stack.proxy().port } = servers[0] ?? {}
        const places =
          at === 'proxy' ? [{ at: scene.stack.proxy(), towards: servers }] : servers.map((server) => ({ at: server }))
        const filters = await Promise.all(places.map((place) => filterPackets(scene, { ...place, port, how })))
        const timings = await timingsOf(scene, which.role, timedRequests)
        const counters = await Promise.all(filters.map((filter) => filter.counters()))
        const names = servers.map(({ name }) => name)
        const where = at === 'proxy' ? 'where it leaves the proxy' : 'where it arrives'
        const because = `a packet filter (${how}) meets what is sent to ${names.join(', ')}, ${where}`
        const evidence = { how, at, servers: names, counters, throughProxy: timings.map(timingWords) }
        return { outcome: 'in-force', because, acts: [], evidence }
      },
      witness: {
        name: "connection attempts from the proxy's side, beside what the server's own kernel says",
        see: async (scene) => {
          return observationOfAll(await lookFrom(scene, at, meant(scene.stack), how))
        },
      },
    }
  },
})

/** A filter at the servers is met by whoever stands in the network; one at the proxy only from within its namespace. */
async function lookFrom(scene: Scene, at: 'servers' | 'proxy', servers: readonly Server[], how: string) {
  const { stack } = scene
  if (at === 'servers') {
    return await Promise.all(
      servers.map((server) => judge(stack, server, how, () => stack.agent.reach(siteOf(server)))),
    )
  }
  const fromProxy = stack.inside(stack.proxy().name)
  return await Promise.all(servers.map((server) => judge(stack, server, how, () => fromProxy.reach(siteOf(server)))))
}

const siteOf = ({ address, port }: Server) => ({ host: address, port, timeoutMs: reachLimitMs })

/**
 * It listens, before and after it is knocked at, and is not reached, in the way of this filter: so something stands
 * between. A server that is just being started refuses by itself.
 */
async function judge(
  stack: Scene['stack'],
  server: Server,
  how: string,
  reach: () => Promise<ReachAnswer>,
): Promise<WitnessObservation> {
  const listened = await listensOn(stack, server, server.port)
  const { because, ms } = await reach()
  const met = because === (how.startsWith('drop') ? 'ETIMEDOUT' : 'ECONNREFUSED')
  const listens = listened && (!met || (await listensOn(stack, server, server.port)))
  const said = `${server.name} ${listens ? 'listens' : 'does not listen'}`
  const words = `${said}, and answers ${because} after ${Math.round(ms)} ms`
  return { present: listens && met, because: words }
}
