import { lasting } from '../../kit/duration.ts'
import { type PacketCounts, proxyName, type Server, type Service, type Stack } from '../../stack/index.ts'
import { defineProbe, type View } from '../probe.ts'

/**
 * More than one segment in a hundred sent twice is a network that loses some, and more than one in twenty a bad link.
 */
const retransmitsAtMost = 0.01
const linkRetransmitsAtMost = 0.05
/** So few are a busy machine that answered late. */
const strayRetransmits = 4

/**
 * What network operations look at: does a connection from the proxy to every server's own port come about, and do the
 * kernels' counters show loss? A refusal at a wrong port is an answer of a healthy network, and is not counted. One
 * that does not run, or ends meanwhile, says nothing about the network, and is named.
 */
export const networkChecks = defineProbe({
  kind: 'network-checks',
  about: "Connects from the proxy to every server's port and reads the packet counters: clean, or not clean.",
  finds: ['not clean', 'clean'],
  fields: {
    service: proxyName,
    /** How long packets are counted. */
    over: lasting.default(1_000),
  },
  make: ({ service: named, over }) => ({
    look: async (view) => {
      const proxy = view.stack.proxy(named)
      const { name: service } = proxy
      const servers = view.stack.servers()
      const before = await Promise.all(servers.map(startOf))
      const there = servers.filter((_, index) => before[index] !== null)
      const [allCounted, allReached] = await Promise.all([
        count(view, [proxy, ...there], over),
        reach(view.stack, proxy, there),
      ])
      const after = await Promise.all(servers.map(startOf))
      const down = servers.flatMap(({ name }, i) => (before[i] !== null && before[i] === after[i] ? [] : [name]))
      // What the proxy sends to a server that is not there it sends again, however good the network is.
      const counted = allCounted
        .filter(({ name }) => !down.includes(name))
        .map((one) => (one.name === service && down.length > 0 ? { ...one, grown: notAgain(one.grown) } : one))
      const reached = allReached.filter(({ name }) => !down.includes(name))
      const cut = reached.filter((one) => !one.connected)
      const lossy = counted.filter((one) => isLossy(one.grown))
      const total = (name: keyof PacketCounts) => counted.reduce((sum, one) => sum + one.grown[name], 0)
      const again = total('retransmitted') > Math.max(strayRetransmits, total('segmentsSent') * retransmitsAtMost)
      const answering = `${reached.length - cut.length} of ${reached.length} servers`
      const connected = `${answering} answer a connection from ${service}`
      const because = [
        ...(down.length > 0 ? [`not asked, for it did not run all the time: ${down.join(', ')}`] : []),
        cut.length === 0 ? connected : `${connected}; not ${cut.map(({ name, because: why }) => `${name} (${why})`)}`,
        `in ${over / 1_000} s ${total('packets')} packets, ${total('lost')} lost or damaged at an interface`,
        `${total('retransmitted')} of ${total('segmentsSent')} segments sent again, ${total('damaged')} damaged`,
        ...lossy.map(({ name }) => `loss at ${name}`),
      ].join('; ')
      const evidence = Object.fromEntries(counted.map(({ name, grown }) => [name, { ...grown }]))
      const bad = cut.length + lossy.length > 0 || again || total('packets') === 0
      return { finding: bad ? 'not clean' : 'clean', because, evidence }
    },
  }),
})

function isLossy({ lost, damaged, unroutable, retransmitted, segmentsSent }: PacketCounts): boolean {
  const again = retransmitted > Math.max(strayRetransmits, segmentsSent * linkRetransmitsAtMost)
  return lost + damaged + unroutable > 0 || again
}

const notAgain = (grown: PacketCounts): PacketCounts => ({ ...grown, retransmitted: 0, segmentsSent: 0 })

/** When it was started; null: it does not run. */
async function startOf(service: Service): Promise<string | null> {
  const { running, startedAt } = await service.state()
  return running ? startedAt : null
}

async function count({ clock, stack }: View, ends: readonly Service[], over: number) {
  // One that ends meanwhile cannot be asked any more.
  const counts = () =>
    Promise.all(
      ends.map((end) =>
        stack
          .inside(end.name)
          .packets()
          .catch(() => undefined),
      ),
    )
  const before = await counts()
  await clock.sleep(over)
  const after = await counts()
  return ends.map(({ name }, index) => ({ name, grown: growth(before[index], after[index]) }))
}

/** Nothing, where one of the two could not be read: all that was counted before is no growth. */
function growth(before: PacketCounts | undefined, after: PacketCounts | undefined): PacketCounts {
  const of = (name: keyof PacketCounts) => (before && after ? after[name] - before[name] : 0)
  return {
    packets: of('packets'),
    lost: of('lost'),
    segmentsSent: of('segmentsSent'),
    retransmitted: of('retransmitted'),
    damaged: of('damaged'),
    unroutable: of('unroutable'),
  }
}

async function reach(stack: Stack, proxy: Service, servers: readonly Server[]) {
  return await Promise.all(
    servers.map(async (server) => {
      const { name, host, port, health: path } = server
      const { outcome, because } = await stack.inside(proxy.name).httpProbe({ host, port, path })
      const connected =
        outcome === 'status' || outcome === 'closed' || (outcome === 'refused' && (await isDeaf(stack, server)))
      return { name, connected, because }
    }),
  )
}

/** Refused on the machine itself too: nothing listens there, as while it starts, and the refusal came all the way. */
async function isDeaf(stack: Stack, { name, port, health: path }: Server): Promise<boolean> {
  const { outcome } = await stack.inside(name).httpProbe({ host: '127.0.0.1', port, path })
  return outcome === 'refused'
}
