import { type Fact, factsOf, isSlow, sampleMs as secondMs, steadyStateOf, unservedOf } from '../../journal/index.ts'
import { total } from '../../kit/ledger.ts'

export { sampleMs as secondMs } from '../../journal/index.ts'

/** From this share of failed requests on a second is bad. */
export const badShare = 0.05
/** Seconds further apart than this do not follow each other: what lies between them nobody saw. */
const followMs = 1_500

/** One second of what the users met, by intended sending. */
export interface Second {
  /** Number of the fact it comes from. */
  readonly n: number
  /** Its begin, monotonic ms since the run started. */
  readonly fromT: number
  readonly requests: number
  /** Not served. What was still open when the load ended is not known, and not counted. */
  readonly failed: number
  /** failed / requests; 0 when nothing was asked. */
  readonly share: number
  /** What nine of ten of its requests waited for their answer at most, ms; 0 when nobody asked. */
  readonly waitedMs: number
  /** Did one of a hundred wait much longer than in the steady state? */
  readonly slow: boolean
  readonly firstFailedT: number
  readonly lastFailedT: number
  readonly usersActive: readonly number[]
  readonly usersFailed: readonly number[]
}

/** All seconds of the users, in the order of their sending. */
export function secondsOf(facts: readonly Fact[]): Second[] {
  const samples = factsOf(facts, 'load-sample').filter((sample) => sample.source === 'users')
  const steady = steadyStateOf(facts)
  return samples
    .map((sample) => {
      const requests = total(sample.ledger)
      const failed = unservedOf(sample.ledger, steady)
      const { n, fromT, usersActive, usersFailed } = sample
      const firstFailedT = sample.firstFailedT ?? fromT
      // What the load took for served, and is not what was asked for, has no instants of its own.
      const lastFailedT = sample.lastFailedT ?? fromT + secondMs - 1
      const share = requests === 0 ? 0 : failed / requests
      const waitedMs = sample.latencyMs?.p90 ?? 0
      const met = { n, fromT, requests, failed, share, waitedMs, slow: isSlow(sample, steady) }
      return { ...met, firstFailedT, lastFailedT, usersActive, usersFailed }
    })
    .sort((a, b) => a.fromT - b.fromT)
}

export const isBad = (second: Second): boolean => second.failed > 0 && second.share >= badShare
/** A second in which nobody asked is neither good nor bad. */
export const isGood = (second: Second): boolean => second.requests > 0 && !isBad(second)

/**
 * Seconds as they were known at an instant: without those that were asked before it and waited beyond it. Such requests
 * met what was there then only in part, and may owe their answers to what was done meanwhile.
 */
export function knownAt(seconds: readonly Second[], t: number): Second[] {
  const waited = ({ fromT, waitedMs }: Second) => fromT < t && waitedMs > secondMs && fromT + waitedMs > t
  return seconds.filter((second) => !waited(second))
}

export function follows(before: Second | undefined, second: Second): boolean {
  return before !== undefined && second.fromT - before.fromT <= followMs
}

/** Requests, failures and their share in the seconds that lie wholly between two instants. */
export function sumBetween(seconds: readonly Second[], fromT: number, toT: number) {
  const inside = seconds.filter((second) => second.fromT >= fromT && second.fromT + secondMs <= toT)
  const requests = inside.reduce((sum, second) => sum + second.requests, 0)
  const failed = inside.reduce((sum, second) => sum + second.failed, 0)
  return { requests, failed, share: requests === 0 ? 0 : failed / requests, facts: inside.map((second) => second.n) }
}

/** A time in which service was good without a break. */
export interface GoodStretch {
  readonly fromT: number
  readonly toT: number
  readonly facts: readonly number[]
}

/** When service was good: after a bad second from its last failed request on; a second nobody saw ends a stretch. */
export function goodStretches(seconds: readonly Second[]): GoodStretch[] {
  const stretches: { fromT: number; toT: number; facts: number[] }[] = []
  let open: { fromT: number; toT: number; facts: number[] } | undefined
  for (const [index, second] of seconds.entries()) {
    const before = seconds[index - 1]
    const joined = follows(before, second)
    if (!isGood(second) || !joined) open = undefined
    if (!isGood(second)) continue
    if (!open) {
      const fromT = joined && before && isBad(before) ? before.lastFailedT : second.fromT
      open = { fromT, toT: fromT, facts: [] }
      stretches.push(open)
    }
    open.toT = second.fromT + secondMs
    open.facts.push(second.n)
  }
  return stretches
}
