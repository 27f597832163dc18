import { type Ledger, servedOf, total } from '../kit/ledger.ts'
import { type Fact, type FactOf, factsOf, sampleMs } from './facts.ts'

/** What users were used to before the story: what came later is measured by it. */
export interface SteadyState {
  /** Classes of redirects that were answered then. Any other redirect is not what a user asked for. */
  readonly redirects: ReadonlySet<string>
  /** A second in which one of a hundred requests takes longer than this is slow, ms. */
  readonly slowMs: number
}

/** So many times the p99 of the steady state, and at least so much, ms: no steady state may take longer than that. */
const slow = { times: 3, leastMs: 1_000 }
/** Of the seconds in which service holds, so many may be slow: a machine stands still for a moment now and then. */
export const slowSecondsAtMost = 1

type Sample = Pick<FactOf<'load-sample'>, 'ledger' | 'latencyMs'>

/** The steady state of a run, from what its users met before the story began. */
export function steadyStateOf(facts: readonly Fact[]): SteadyState {
  const begin = factsOf(facts, 'phase-entered').find(({ phase }) => phase === 'story')?.n ?? Infinity
  const before = factsOf(facts, 'load-sample').filter(({ n, source }) => source === 'users' && n < begin)
  const classes = before.flatMap(({ ledger }) => Object.keys(ledger))
  const p99Ms = factsOf(facts, 'steady-checked').findLast(({ n }) => n < begin)?.p99Ms ?? 0
  return {
    redirects: new Set(classes.filter((name) => /^http_3\d\d$/.test(name))),
    slowMs: Math.max(slow.leastMs, slow.times * p99Ms),
  }
}

/** Requests that were answered with what was asked for: served, and redirected only where that is everyday use. */
function goodOf(ledger: Ledger, { redirects }: SteadyState): number {
  const strange = Object.entries(ledger).filter(([name]) => /^http_[13]\d\d$/.test(name) && !redirects.has(name))
  return servedOf(ledger) - strange.reduce((sum, [, count]) => sum + (count ?? 0), 0)
}

/** Requests that were not. What was still open when the load ended is not known, and not counted. */
export function unservedOf(ledger: Ledger, steady: SteadyState): number {
  return total(ledger) - goodOf(ledger, steady) - (ledger.in_flight_at_end ?? 0)
}

export function isSlow({ latencyMs }: Sample, { slowMs }: SteadyState): boolean {
  return (latencyMs?.p99 ?? 0) > slowMs
}

/**
 * Since when service has been good, and until when that is known: no request failed, and at most one second was slow.
 * Monotonic ms since the run started. Conductor and verdict ask the same.
 */
export function goodSince(facts: readonly Fact[], fromT: number): { goodSince: number; newestT: number } {
  const steady = steadyStateOf(facts)
  const samples = factsOf(facts, 'load-sample').filter(({ source }) => source === 'users')
  const endOf = (sample: { fromT: number }) => sample.fromT + sampleMs
  const failed = samples
    .filter(({ ledger }) => unservedOf(ledger, steady) > 0)
    .map((sample) => sample.lastFailedT ?? endOf(sample))
  const slowEnds = samples.filter((sample) => isSlow(sample, steady)).map(endOf)
  const tooSlow = slowEnds.sort((a, b) => b - a)[slowSecondsAtMost] ?? 0
  return {
    goodSince: Math.max(fromT, tooSlow, ...failed),
    newestT: samples.reduce((last, sample) => Math.max(last, endOf(sample)), 0),
  }
}
