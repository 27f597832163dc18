import { readRelease, upstreamServers } from '../../deploy/index.ts'
import { proxyName, type Stack } from '../../stack/index.ts'
import { defineProbe } from '../probe.ts'
import { probeAt } from '../probe-at.ts'

/** The test before a configuration is trusted: from the proxy, every server that it names, and every one there is. */
export const connections = defineProbe({
  kind: 'connections',
  about:
    "Connects from the proxy's container to every application server and every server its configuration names: " +
    'all answer, some do not answer, none answers, or servers are not in the configuration.',
  finds: ['none answers', 'some do not answer', 'servers are not in the configuration', 'all answer'],
  fields: { service: proxyName },
  make: ({ service }) => ({
    look: async ({ stack }) => {
      const proxy = stack.proxy(service)
      const named = upstreamServers(await readRelease(proxy, 'on disk'))
      const there = serversOf(stack)
      const isNamed = (one: { host: string; port: number }) =>
        named.some(({ host, port }) => host === one.host && port === one.port)
      const unnamed = there.filter((one) => !isNamed(one))
      const answers = await Promise.all(
        [...named, ...unnamed].map(async (target) => {
          const { status, because } = await probeAt(stack, proxy.name, target)
          return { server: `${target.host}:${target.port}`, well: status === 200, because }
        }),
      )
      const dead = answers.filter(({ well }) => !well)
      const because = answers.map(({ server, because: why }) => `${server} ${why}`).join(', ')
      const evidence = {
        named: named.map(({ host, port }) => `${host}:${port}`),
        unnamed: unnamed.map(({ host, port }) => `${host}:${port}`),
        dead: dead.map(({ server }) => server),
      }
      return { finding: findingOf(answers.length, dead.length, unnamed.length), because, evidence }
    },
  }),
})

function findingOf(asked: number, dead: number, unnamed: number): string {
  if (asked > 0 && dead === asked) return 'none answers'
  if (dead > 0) return 'some do not answer'
  return unnamed > 0 ? 'servers are not in the configuration' : 'all answer'
}

function serversOf(stack: Stack): { host: string; port: number }[] {
  return stack.servers().map(({ host, port }) => ({ host, port }))
}
