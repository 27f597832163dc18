import { proxyName, routeTo, type Service, type Stack } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'

/** The routing issue that is assumed when a proxy cannot reach its servers: measured at both ends. */
export const routing = defineProbe({
  kind: 'routing',
  about: 'Reads routes and neighbours of the proxy and its servers: routes are right, or routes are wrong.',
  finds: ['routes are right', 'routes are wrong'],
  fields: { service: proxyName },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const proxy = stack.proxy(service)
      const servers = stack.servers()
      const there = await Promise.all(servers.map((server) => wayTo(stack, proxy, server)))
      const back = await Promise.all(servers.map((server) => wayTo(stack, server, proxy)))
      const ways = [...there, ...back]
      const wrong = ways.filter((way) => !way.right)
      const told = wrong.map((way) => `${way.from} → ${way.to}: ${way.because}`)
      const because =
        wrong.length === 0
          ? `${proxy.name} and each of ${servers.length} servers are neighbours on one link, in both directions`
          : told.join('; ')
      const evidence = { ways: ways.map((way) => `${way.from} → ${way.to}: ${way.because}`) }
      return { finding: wrong.length === 0 ? 'routes are right' : 'routes are wrong', because, evidence }
    },
  }),
})

/** Both stand on one link, so the right way is: no gateway, and a neighbour whose hardware address is known. */
async function wayTo(stack: Stack, from: Service, to: Service) {
  const { routes, neighbours } = await stack.inside(from.name).routes()
  const route = routeTo(routes, to.address)
  const because = !route
    ? `no route to ${to.address}`
    : route.gateway !== 0
      ? `${to.address} is asked by way of a gateway on ${route.device}`
      : neighbours.has(to.address)
        ? `${to.address} on ${route.device}, neighbour known`
        : `${to.address} on ${route.device}, but nothing answers for that address`
  return { from: from.name, to: to.name, right: route?.gateway === 0 && neighbours.has(to.address), because }
}
