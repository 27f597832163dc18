import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { pollUntil } from '../../kit/clock.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { upstreamName } from '../../stack/index.ts'
import { defineProbe, type View } from '../probe.ts'

const lagLimitMs = 6_000

/** Reads the CPU graph of servers, as whoever is on call would, beside how it was before the story. */
export const cpuUsage = defineProbe({
  kind: 'cpu-usage',
  about: 'Asks Prometheus for the CPU that servers use: high on all of them, high on some, normal.',
  finds: ['high', 'high on some', 'normal'],
  fields: {
    /** Upstream groups; absent: all. */
    roles: z.array(upstreamName).min(1).optional(),
    /** From this share of what it may use on it is high, where it is also three times what it was. */
    high: z.number().positive().max(1).default(0.3),
  },
  needs: ['monitoring'],
  make: ({ roles, high }) => ({
    look: async (view) => {
      const { stack } = view
      const servers = roles?.flatMap((role) => stack.servers(role)) ?? stack.servers()
      const names = servers.map(({ name }) => name)
      const [now, limits] = await Promise.all([coresNow(view, names), limitsOf(view, names)])
      const before = coresBefore(view, names)
      const shareOf = (name: string) => (now.get(name) ?? 0) / (limits.get(name) ?? 1)
      const isHigh = (name: string) => shareOf(name) >= high && (now.get(name) ?? 0) >= 3 * (before.get(name) ?? 0)
      const busy = names.filter(isHigh)
      const finding = busy.length === names.length ? 'high' : busy.length > 0 ? 'high on some' : 'normal'
      const show = (cores: ReadonlyMap<string, number>, name: string) => cores.get(name)?.toFixed(2) ?? 'unknown'
      const told = names.map((name) => {
        const share = `${Math.round(100 * shareOf(name))} % of its ${limits.get(name) ?? 1}`
        return `${name} ${show(now, name)}, ${share} (before: ${show(before, name)})`
      })
      const evidence = { now: Object.fromEntries(now), before: Object.fromEntries(before), high }
      return { finding, because: `cores used: ${told.join(', ')}`, evidence }
    },
  }),
})

/** Cores that each may use; without a limit a server of one thread uses one. */
async function limitsOf({ stack }: View, names: readonly string[]): Promise<Map<string, number>> {
  const limits = await Promise.all(names.map((name) => stack.cgroup(name).cpuLimit()))
  return new Map(names.map((name, at) => [name, limits[at] ?? 1]))
}

/** The graph is some seconds behind: what is used at this moment is read once the graph has reached it. */
async function coresNow(view: View, names: readonly string[]): Promise<Map<string, number>> {
  const { clock, wall } = view
  const which = `{name=~"${names.join('|')}"}`
  const now = wall()
  const reached = await pollUntil(
    async () => {
      const seen = [...(await query(view, `container_last_seen${which}`)).values()]
      return seen.length === names.length && seen.every((one) => one * 1_000 >= now) ? true : undefined
    },
    { withinMs: lagLimitMs, everyMs: 200, clock },
  )
  if (reached) return await query(view, `rate(container_cpu_usage_seconds_total${which}[3s])`)
  const hint = 'Does the monitoring run, and is the machine overloaded?'
  throw new BadgatewayError('MONITOR_FAILED', `The CPU graph is more than ${lagLimitMs} ms behind`, hint)
}

async function query({ stack }: View, text: string): Promise<Map<string, number>> {
  const samples = (await stack.prometheus?.query(text)) ?? []
  return new Map(samples.map(({ metric, value }) => [metric['name'] ?? '', Number(value[1])]))
}

function coresBefore({ facts }: View, names: readonly string[]): Map<string, number> {
  const start = factsOf(facts, 'phase-entered').find((fact) => fact.phase === 'story')?.t ?? 0
  const samples = factsOf(facts, 'resource-sample').filter((sample) => sample.t < start && sample.cpuCores > 0)
  return new Map(
    names.flatMap((name) => {
      const cores = samples.filter((sample) => sample.service === name).map((sample) => sample.cpuCores)
      const sum = cores.reduce((total, one) => total + one, 0)
      return cores.length === 0 ? [] : [[name, sum / cores.length]]
    }),
  )
}
