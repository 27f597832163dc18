import { reviewOf, tellDeviation, upstreamServers } from '../../deploy/index.ts'
import { driftedBackends, proxyName, type Stack, tellDrift } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'
import { probeAt } from '../probe-at.ts'

/** What can be wrong on the way from the proxy to the servers, the most telling first. */
const findings = [
  'configuration is not the reviewed one',
  'container is not as specified',
  'upstreams unreachable',
  'as reviewed, and reachable',
] as const

const shownDeviations = 12

/** Is the proxy configured as it should be, and can it talk to the servers behind it? */
export const proxyPath = defineProbe({
  kind: 'proxy-path',
  about: `Compares configuration and containers with the specified, and probes from the proxy: ${findings.join(', ')}.`,
  finds: findings,
  fields: { service: proxyName },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const proxy = stack.proxy(service)
      const { live, deviations } = await reviewOf(stack, proxy)
      const named = upstreamServers(live)
      const [probed, drifted] = await Promise.all([probeAll(stack, proxy.name, named), driftedBackends(stack)])
      const dead = probed.filter(({ status }) => status === null)
      const [configuration, container, unreachable, good] = findings
      const finding =
        deviations.length > 0 ? configuration : drifted.length > 0 ? container : dead.length > 0 ? unreachable : good
      const told = deviations.slice(0, shownDeviations).map(tellDeviation)
      const because = [
        deviations.length === 0 ? 'the configuration is the reviewed one' : `not as reviewed: ${told.join(', ')}`,
        ...drifted.map(tellDrift),
        `from the proxy: ${probed.map((one) => `${one.server} ${one.because}`).join(', ') || 'it names no server'}`,
      ].join('; ')
      const evidence = {
        deviations: told,
        drifted: drifted.map(({ name }) => name),
        dead: dead.map((one) => one.server),
      }
      return { finding, because, evidence }
    },
  }),
})

async function probeAll(stack: Stack, proxy: string, servers: readonly { host: string; port: number }[]) {
  return await Promise.all(
    servers.map(async ({ host, port }) => {
      return { server: `${host}:${port}`, ...(await probeAt(stack, proxy, { host, port })) }
    }),
  )
}
