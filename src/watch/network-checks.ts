import { z } from 'zod'
import { duration } from '../kit/duration.ts'
import { ports, type Service, type Stack } from '../stack/types.ts'
import { knock } from './knock.ts'
import { defineProbe, type View } from './probe.ts'
import { type PacketCounts, packetCounts } from './proc-net.ts'

/** More than one segment in a hundred sent twice is a network that loses some. */
const retransmitsAtMost = 0.01

/**
 * What network operations look at: does a connection from the proxy to every server's own port come about, and do the
 * kernels' counters show loss? A refusal at a wrong port is an answer of a healthy network, and is not counted.
 */
export const networkChecks = defineProbe({
  kind: 'network-checks',
  about: "Connects from the proxy to every server's port and reads the packet counters: clean, or not clean.",
  fields: {
    service: z.string().default('proxy'),
    /** How long packets are counted. */
    over: duration.default(1_000),
  },
  make: ({ service, over }) => ({
    look: async (view) => {
      const proxy = view.stack.service(service)
      const ends = [proxy, ...serversOf(view.stack)]
      const [counted, reached] = await Promise.all([count(view, ends, over), reach(proxy, serversOf(view.stack))])
      const cut = reached.filter((one) => !one.connected)
      const lossy = counted.filter((one) => isLossy(one.grown))
      const total = (name: keyof PacketCounts) => counted.reduce((sum, one) => sum + one.grown[name], 0)
      const connected = `${reached.length - cut.length} of ${reached.length} servers take a connection from ${service}`
      const because = [
        cut.length === 0 ? connected : `${connected}; not ${cut.map(({ name, because: why }) => `${name} (${why})`)}`,
        `in ${over / 1_000} s ${total('packets')} packets, ${total('lost')} lost or damaged at an interface`,
        `${total('retransmitted')} of ${total('segmentsSent')} segments sent again, ${total('damaged')} damaged`,
        ...lossy.map(({ name }) => `loss at ${name}`),
      ].join('; ')
      const evidence = Object.fromEntries(counted.map(({ name, grown }) => [name, { ...grown }]))
      const silent = total('packets') === 0
      return { finding: cut.length + lossy.length === 0 && !silent ? 'clean' : 'not clean', because, evidence }
    },
  }),
})

function isLossy({ lost, damaged, unroutable, retransmitted, segmentsSent }: PacketCounts): boolean {
  return lost + damaged + unroutable > 0 || retransmitted > Math.max(1, segmentsSent * retransmitsAtMost)
}

async function count({ clock }: View, ends: readonly Service[], over: number) {
  const before = await Promise.all(ends.map(packetCounts))
  await clock.sleep(over)
  const after = await Promise.all(ends.map(packetCounts))
  return ends.map(({ name }, index) => ({ name, grown: growth(before[index], after[index]) }))
}

function growth(before: PacketCounts | undefined, after: PacketCounts | undefined): PacketCounts {
  const of = (name: keyof PacketCounts) => (after?.[name] ?? 0) - (before?.[name] ?? 0)
  return {
    packets: of('packets'),
    lost: of('lost'),
    segmentsSent: of('segmentsSent'),
    retransmitted: of('retransmitted'),
    damaged: of('damaged'),
    unroutable: of('unroutable'),
  }
}

async function reach(proxy: Service, servers: readonly Service[]) {
  return await Promise.all(
    servers.map(async ({ name }) => {
      const { outcome, because } = await knock(proxy, { host: name, port: ports.site, path: '/healthz' })
      return { name, connected: outcome === 'status' || outcome === 'closed', because }
    }),
  )
}

const serversOf = (stack: Stack): Service[] => [...stack.byRole('web'), ...stack.byRole('api')]
