import { reviewOf, tellDeviation, upstreamServers } from '../../deploy/index.ts'
import { pollUntil } from '../../kit/clock.ts'
import { duration, lasting } from '../../kit/duration.ts'
import { type LintFinding, lint, tellFinding } from '../../nginx/index.ts'
import { driftedBackends, proxyName, type Release, type Stack, tellDrift } from '../../stack/index.ts'
import { defineProbe, type Observation, type View } from '../probe.ts'
import { probeAt } from '../probe-at.ts'

const shown = 10

/** Do proxy and servers stand as they were reviewed, and is there a trap for Nginx? */
export const configurationReview = defineProbe({
  kind: 'configuration-review',
  about:
    "Compares the proxy's configuration and the servers' containers with the reviewed ones and looks for the traps " +
    'of Nginx: not the reviewed one, traps, or as reviewed.',
  finds: ['not the reviewed one', 'traps', 'as reviewed'],
  fields: {
    service: proxyName,
    /** The period of the review. */
    every: lasting.default(2_000),
    /** Until something is found, at most so long; 0: one review. */
    within: duration.default(0),
    /** How long the backends keep an idle connection; our own servers keep it for 75 s. */
    backendKeepAlive: lasting.default(75_000),
  },
  make: ({ service, every, within, backendKeepAlive }) => ({
    look: async (view) => {
      let reviews = 0
      const review = async () => {
        reviews += 1
        return await reviewOnce(view, service, backendKeepAlive)
      }
      const found = async () => {
        const observation = await review()
        return observation.finding === 'as reviewed' ? undefined : observation
      }
      const limits = { withinMs: within, everyMs: every, clock: view.clock }
      const { finding, because, evidence } =
        (within > 0 ? await pollUntil(found, limits) : undefined) ?? (await review())
      return { finding, because, evidence: { ...evidence, reviews } }
    },
  }),
})

async function reviewOnce(
  { stack }: View,
  service: string | undefined,
  backendKeepAlive: number,
): Promise<Observation> {
  const proxy = stack.proxy(service)
  const [{ reviewed, live, deviations }, drifted] = await Promise.all([reviewOf(stack, proxy), driftedBackends(stack)])
  const unreachable = await unreachableFrom(stack, proxy.name, live)
  const known = { backendKeepAliveS: backendKeepAlive / 1_000, unreachable }
  const before = new Set(lintOf(reviewed, known).map(sameness))
  // What was there when it was reviewed was accepted then; that a server is gone since is news all the same.
  const found = lintOf(live, known).filter((one) => !before.has(sameness(one)) || one.trap === 'nobody-listens')
  const trapped = found.filter(({ level }) => level === 'trap')
  const isOther = deviations.length > 0 || drifted.length > 0
  const finding = isOther ? 'not the reviewed one' : trapped.length > 0 ? 'traps' : 'as reviewed'
  const parts = [deviations.map(tellDeviation), drifted.map(tellDrift), trapped.map(tellFinding)]
  const lines = parts.flatMap((part) => part.slice(0, shown))
  const evidence = {
    deviations: deviations.length,
    drifted: drifted.map(({ name }) => name),
    traps: trapped.map(({ trap, file, line }) => `${file}:${line} ${trap}`),
  }
  return { finding, because: lines.join('; ') || 'every line is as reviewed, and no trap is new', evidence }
}

function lintOf({ files, layout }: Release, known: Parameters<typeof lint>[2]): LintFinding[] {
  return lint(
    layout?.config ?? '',
    new Map(files.map(({ path, content }) => [path, content?.toString('utf8') ?? ''])),
    known,
  )
}

/** Lines move when a file is edited: a finding is the same when it says the same of the same file. */
const sameness = ({ trap, file, says }: LintFinding) => `${trap} ${file} ${says}`

async function unreachableFrom(stack: Stack, proxy: string, live: Release): Promise<string[]> {
  const probed = await Promise.all(
    upstreamServers(live).map(async ({ host, port }) => {
      const { status } = await probeAt(stack, proxy, { host, port })
      return status === null ? [`${host}:${port}`] : []
    }),
  )
  return probed.flat()
}
