import type { Bucket } from '../kit/thresholds/spread.ts'

/** Answer times of one play, a second each. */
export type PlayedSeconds = readonly (readonly Bucket[])[]

/** How a quantile of the newer side stands to that of the older one. */
export interface QuantileDifference {
  /** 0.95 for p95. */
  readonly share: number
  /** Of all requests together, or of a typical second: the one that tells more. */
  readonly of: 'all requests' | 'a typical second'
  readonly wasMs: number
  readonly isMs: number
  /** Share by which it is slower, below 0: quicker; and the interval in which chance leaves it. */
  readonly slowerBy: number
  readonly interval: readonly [number, number]
  /** The smallest share by which a slower side would have been found nearly always. */
  readonly smallestSeen: number
  readonly verdict: 'slower' | 'quicker' | 'no difference seen'
}

export interface ComparedSides {
  /** The older side, then the newer one: plays in turn, A B B A. */
  readonly sides: readonly [readonly PlayedSeconds[], readonly PlayedSeconds[]]
  readonly shares: readonly number[]
  /** Draws of the bootstrap, and where its numbers begin. */
  readonly draws?: number
  readonly seed?: number
}

/** Two-sided, 0.25 % for each of two quantiles in two ways: one false alarm in a hundred comparisons of equals. */
const alarmZ = 3.02
/** What is there is found 95 times in 100. */
const powerZ = 1.645
/** What nothing took still has a logarithm. */
const leastMs = 0.01
const leastSeconds = 3

/**
 * Compares quantiles by a bootstrap of whole seconds, for requests of one second share its luck: of all requests, which
 * sees the slowness of a few seconds, and of a typical second, which stalls of the machine do not hide. A difference
 * counts when chance does not leave it, and when each play of the one side was slower than each of the other: what one
 * play alone met is no difference of the sides. Undefined: a play has fewer than three seconds with answers. Pure.
 */
export function compareQuantiles({
  sides,
  shares,
  draws = 500,
  seed = 1,
}: ComparedSides): QuantileDifference[] | undefined {
  const { durations, tables } = tablesOf(sides)
  const isShort = tables.some((plays) => plays.length === 0 || plays.some((all) => all.length < leastSeconds))
  if (isShort) return undefined
  const random = numbersFrom(seed)
  return shares.map((share) => {
    const quantile = (seconds: readonly Table[]) => quantileOf(seconds, durations, share)
    const own = new Map(tables.flat(2).map((second) => [second, quantile([second])]))
    const typical = (seconds: readonly Table[]) => median(seconds.map((second) => own.get(second) ?? leastMs))
    const drawn = tables.map((plays) => Array.from({ length: draws }, () => drawnFrom(plays, random)))
    const all = differenceBy('all requests', quantile, { tables, drawn })
    const typicalOne = differenceBy('a typical second', typical, { tables, drawn })
    return { share, ...tellingOf(all, typicalOne) }
  })
}

/** What is slower is told before all else, and of two that see nothing the one that could have seen more. */
function tellingOf<T extends Pick<QuantileDifference, 'verdict' | 'smallestSeen'>>(a: T, b: T): T {
  for (const verdict of ['slower', 'quicker'] as const) {
    if (a.verdict === verdict) return a
    if (b.verdict === verdict) return b
  }
  return a.smallestSeen <= b.smallestSeen ? a : b
}

/** A second as indices of durations, and how often each was met. */
interface Table {
  readonly at: Int32Array
  readonly count: Int32Array
}

/** By side, play and second. */
type Tables = readonly (readonly (readonly Table[])[])[]

function tablesOf(sides: ComparedSides['sides']): { durations: Float64Array; tables: Tables } {
  const all = sides.flat(2).flatMap((second) => second.map(({ ms }) => ms))
  const durations = Float64Array.from(new Set(all)).sort()
  const index = new Map([...durations].map((ms, at) => [ms, at]))
  const tableOf = (second: readonly Bucket[]): Table => ({
    at: Int32Array.from(second, ({ ms }) => index.get(ms) ?? 0),
    count: Int32Array.from(second, ({ count }) => count),
  })
  const hasAnswers = (second: readonly Bucket[]) => second.length > 0
  return { durations, tables: sides.map((plays) => plays.map((seconds) => seconds.filter(hasAnswers).map(tableOf))) }
}

/** Seconds as chance could have had them, each from its own play. */
function drawnFrom(plays: readonly (readonly Table[])[], random: () => number): Table[] {
  return plays.flatMap((all) => all.flatMap(() => all[Math.floor(random() * all.length)] ?? []))
}

function quantileOf(seconds: readonly Table[], durations: Float64Array, share: number): number {
  const counts = new Float64Array(durations.length)
  let total = 0
  for (const { at, count } of seconds) {
    for (let place = 0; place < at.length; place += 1) {
      const many = count[place] ?? 0
      const bucket = at[place] ?? 0
      counts[bucket] = (counts[bucket] ?? 0) + many
      total += many
    }
  }
  let left = Math.max(1, Math.ceil(total * share))
  const found = counts.findIndex((many) => {
    left -= many
    return left <= 0
  })
  return Math.max(leastMs, durations[found] ?? leastMs)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? leastMs
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
}

/** How both sides differ by one figure of their seconds. */
function differenceBy(
  of: QuantileDifference['of'],
  figure: (seconds: readonly Table[]) => number,
  { tables, drawn }: { tables: Tables; drawn: readonly (readonly Table[][])[] },
): Omit<QuantileDifference, 'share'> {
  const [wasMs = leastMs, isMs = leastMs] = tables.map((plays) => figure(plays.flat()))
  const [before = [], after = []] = tables.map((plays) => plays.map(figure))
  const errors = drawn.map((all, side) => {
    return deviation(all.map((seconds) => Math.log(figure(seconds)))) * widening(tables[side] ?? [])
  })
  const error = Math.hypot(...errors)
  const log = Math.log(isMs / wasMs)
  const isSlower = log > alarmZ * error && Math.min(...after) > Math.max(...before)
  const isQuicker = log < -alarmZ * error && Math.max(...after) < Math.min(...before)
  return {
    of,
    wasMs,
    isMs,
    slowerBy: Math.expm1(log),
    interval: [Math.expm1(log - alarmZ * error), Math.expm1(log + alarmZ * error)],
    smallestSeen: Math.expm1((alarmZ + powerZ) * error),
    verdict: isSlower ? 'slower' : isQuicker ? 'quicker' : 'no difference seen',
  }
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length
  return Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, values.length - 1))
}

/** A bootstrap of few seconds makes too little of chance. */
function widening(plays: readonly (readonly Table[])[]): number {
  const least = Math.min(...plays.map((seconds) => seconds.length))
  return Math.sqrt(least / (least - 1))
}

/** Numbers from 0 to 1, the same ones for the same seed: Lehmer's generator, modulus 2^31 − 1. */
function numbersFrom(seed: number): () => number {
  const modulus = 2 ** 31 - 1
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1
  return () => {
    state = (state * 48_271) % modulus
    return state / modulus
  }
}
