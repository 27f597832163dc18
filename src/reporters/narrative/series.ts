import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'

/** Requests of one kind of end; the order is the order of stacking. */
export interface OutcomeGroup {
  readonly name: string
  readonly holds: (ledgerClass: string) => boolean
}

const http = (pattern: RegExp) => (name: string) => pattern.test(name)
const named =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name)

/** Every class of the ledger belongs to exactly one of these. */
export const outcomeGroups: readonly OutcomeGroup[] = [
  { name: 'served', holds: http(/^http_[123]/) },
  { name: '4xx', holds: http(/^http_4/) },
  { name: '502', holds: named('http_502') },
  { name: '503', holds: named('http_503') },
  { name: '504', holds: named('http_504') },
  { name: 'other 5xx', holds: http(/^http_(5(?!0[234])|[6-9])/) },
  { name: 'refused', holds: named('connect_refused') },
  { name: 'reset', holds: named('reset') },
  { name: 'closed', holds: named('closed_without_response') },
  { name: 'truncated', holds: named('truncated') },
  { name: 'timeout', holds: named('timeout', 'connect_timeout') },
  { name: 'wrong content', holds: named('wrong_content') },
  { name: 'no HTTP', holds: named('not_http', 'tls_failed') },
  { name: 'not sent or open', holds: named('not_sent', 'in_flight_at_end') },
]

/** One bucket of the run's time: what clients got in it, and how long the users waited. */
export interface Bucket {
  /** Monotonic ms since the run started. */
  readonly fromT: number
  readonly lengthMs: number
  /** Requests per second by the name of the outcome group. */
  readonly rates: Readonly<Record<string, number>>
  /** The users' latency in ms, of the worst second in the bucket; null when nobody was answered. */
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number } | null
}

/** So many points say all that a picture can hold. */
const bucketLimit = 240

/** What clients got over time: users and pressure together, in seconds, or in longer buckets when the run was long. */
export function loadSeries(facts: readonly Fact[]): Bucket[] {
  const samples = factsOf(facts, 'load-sample')
  const first = samples.reduce((least, sample) => Math.min(least, sample.fromT), Number.POSITIVE_INFINITY)
  const last = samples.reduce((most, sample) => Math.max(most, sample.fromT), 0)
  if (samples.length === 0) return []
  const secondsLong = Math.round((last - first) / 1_000) + 1
  const wide = Math.ceil(secondsLong / bucketLimit)
  const buckets: FactOf<'load-sample'>[][] = Array.from({ length: Math.ceil(secondsLong / wide) }, () => [])
  for (const [sample, second] of secondsOf(samples, first)) buckets[Math.floor(second / wide)]?.push(sample)
  return buckets.map((held, index) => bucketOf(held, first + index * wide * 1_000, wide * 1_000))
}

/**
 * Each sample with the number of its second. Sources have grids of their own: a source's seconds are counted from its
 * own first one, so that no jitter puts two into one bucket and none into the next.
 */
function secondsOf(samples: readonly FactOf<'load-sample'>[], first: number): [FactOf<'load-sample'>, number][] {
  const anchors = new Map<string, number>()
  return samples.map((sample) => {
    const anchor = anchors.get(sample.source) ?? sample.fromT
    anchors.set(sample.source, anchor)
    const shift = Math.round((anchor - first) / 1_000)
    return [sample, Math.max(0, shift + Math.round((sample.fromT - anchor) / 1_000))]
  })
}

function bucketOf(samples: readonly FactOf<'load-sample'>[], fromT: number, lengthMs: number): Bucket {
  const rates: Record<string, number> = {}
  for (const sample of samples) {
    for (const [name, amount] of Object.entries(sample.ledger)) {
      const group = outcomeGroups.find((one) => one.holds(name))?.name
      if (group) rates[group] = (rates[group] ?? 0) + ((amount ?? 0) * 1_000) / lengthMs
    }
  }
  const waits = samples.flatMap(({ source, latencyMs }) => (source === 'users' && latencyMs ? [latencyMs] : []))
  const worst = (read: (wait: (typeof waits)[number]) => number) => Math.max(...waits.map(read))
  const latencyMs =
    waits.length === 0 ? null : { p50: worst((w) => w.p50), p90: worst((w) => w.p90), p99: worst((w) => w.p99) }
  return { fromT, lengthMs, rates, latencyMs }
}

/** Groups that occur at all, in the order of stacking. */
export function groupsIn(buckets: readonly Bucket[]): string[] {
  return outcomeGroups.map(({ name }) => name).filter((name) => buckets.some((bucket) => (bucket.rates[name] ?? 0) > 0))
}

export function totalRate(bucket: Bucket): number {
  return Object.values(bucket.rates).reduce((sum, rate) => sum + rate, 0)
}

/** One container's memory over time. */
export interface MemorySeries {
  readonly service: string
  readonly limitBytes: number | null
  readonly points: readonly { readonly t: number; readonly bytes: number }[]
}

export function memorySeries(facts: readonly Fact[]): MemorySeries[] {
  const byService = new Map<string, FactOf<'resource-sample'>[]>()
  for (const fact of factsOf(facts, 'resource-sample')) {
    const known = byService.get(fact.service)
    if (known) known.push(fact)
    else byService.set(fact.service, [fact])
  }
  return [...byService].map(([service, samples]) => {
    const every = Math.ceil(samples.length / bucketLimit)
    // The highest of each stretch is kept: a peak is what the chart is looked at for.
    const points = stretches(samples, every).flatMap((stretch) => {
      const highest = stretch.reduce((most, one) => (one.memoryBytes > most.memoryBytes ? one : most))
      return [{ t: highest.t, bytes: highest.memoryBytes }]
    })
    return { service, limitBytes: samples.at(-1)?.limitBytes ?? null, points }
  })
}

function stretches<T>(list: readonly T[], size: number): [T, ...T[]][] {
  const parts: [T, ...T[]][] = []
  for (let index = 0; index < list.length; index += size) {
    const [first, ...rest] = list.slice(index, index + size)
    if (first !== undefined) parts.push([first, ...rest])
  }
  return parts
}
