import { type Fact, factsOf, type IncidentClock } from '../../journal/index.ts'
import { follows, goodStretches, isBad, type Second, secondMs } from './seconds.ts'

/** For so long service must be good before an outage counts as over, ms. */
export const defaultHoldMs = 3_000

/** One outage as the users saw it. Instants are monotonic ms since the run started. */
export interface Outage {
  /** When its first failed request should have left. */
  readonly fromT: number
  /** When its last failed request should have left. */
  readonly toT: number
  /** Since when service was good and held; null when it never held. */
  readonly recoveredT: number | null
  readonly failedRequests: number
  /** Users who asked for something in its seconds, and those of them with at least one failure. */
  readonly usersActive: ReadonlySet<number>
  readonly usersFailed: ReadonlySet<number>
  /** Numbers of the samples it rests on. */
  readonly facts: readonly number[]
}

/**
 * The outages since the fault. One begins with the first failed request of a bad second and ends with the last one
 * before service was good for the hold time; bad seconds with less than that between them are one outage. A failure in
 * the second just before or after belongs to it too, however few they are: outages do not keep to whole seconds.
 */
export function findOutages(all: readonly Second[], faultT: number, holdMs = defaultHoldMs): Outage[] {
  const seconds = all.filter((second) => second.fromT + secondMs > faultT)
  const stretches = goodStretches(seconds).filter((stretch) => stretch.toT - stretch.fromT >= holdMs)
  const outages: Outage[] = []
  let index = 0
  while (index < seconds.length) {
    const first = seconds[index]
    if (!first || !isBad(first) || first.lastFailedT < faultT) {
      index += 1
      continue
    }
    // What held before it ends no outage, whatever instants a strange journal gives.
    const after = new Set(seconds.slice(index + 1).map(({ n }) => n))
    const held = stretches.find(({ fromT, facts }) => fromT >= first.firstFailedT && after.has(facts[0] ?? 0))
    const next = seconds.findIndex((second, place) => place > index && second.n === held?.facts[0])
    const end = next < 0 ? seconds.length : next
    outages.push(outageOf(seconds, { first: index, end, faultT, heldT: held?.fromT ?? null }))
    index = end
  }
  return outages
}

interface Range {
  /** Index of the first bad second, and of the first one after the outage. */
  first: number
  end: number
  faultT: number
  heldT: number | null
}

function outageOf(seconds: readonly Second[], { first, end, faultT, heldT }: Range): Outage {
  const before = seconds[first - 1]
  const opening = seconds[first]
  const hasLead = before && opening && follows(before, opening) && before.failed > 0 && before.lastFailedT >= faultT
  const after = seconds[end]
  const closing = seconds[end - 1]
  const hasTail = after && follows(closing, after) && after.failed > 0
  const inside = seconds.slice(hasLead ? first - 1 : first, hasTail ? end + 1 : end)
  const failing = inside.filter((second) => second.failed > 0)
  const fromT = Math.max(faultT, Math.min(...failing.map((second) => second.firstFailedT)))
  const toT = Math.max(...failing.map((second) => second.lastFailedT))
  return {
    fromT,
    toT,
    recoveredT: heldT === null ? null : Math.max(heldT, toT),
    failedRequests: failing.reduce((sum, second) => sum + second.failed, 0),
    usersActive: new Set(inside.flatMap((second) => second.usersActive)),
    usersFailed: new Set(inside.flatMap((second) => second.usersFailed)),
    facts: failing.map((second) => second.n),
  }
}

/**
 * The seconds that lie in an outage from begin to end: at its edges everybody is served for a while, and what waits
 * while the remedy that ends it is at work is served by what comes after it.
 */
export function wholeSecondsOf(reading: {
  readonly seconds: readonly Second[]
  readonly outages: readonly Outage[]
  readonly facts: readonly Fact[]
}): Second[] {
  const changes = factsOf(reading.facts, 'remedy-applied').filter(({ changed }) => changed)
  return reading.seconds.filter(({ fromT }) =>
    reading.outages.some((outage) => {
      const end = changes.find(({ startedT, t }) => startedT <= outage.toT && outage.toT <= t)
      const toT = Math.min(outage.toT, end?.startedT ?? outage.toT)
      return fromT >= outage.fromT && fromT + secondMs <= toT
    }),
  )
}

/** All outages of a run as one figure: what the verdict and the reports print. */
export function summaryOf(outages: readonly Outage[], clock: Pick<IncidentClock, 'minutesBetween'>) {
  const ms = outages.reduce((sum, outage) => sum + outage.toT - outage.fromT, 0)
  const active = new Set(outages.flatMap((outage) => [...outage.usersActive]))
  const failed = new Set(outages.flatMap((outage) => [...outage.usersFailed]))
  return {
    seconds: ms / 1_000,
    incidentMinutes: outages.reduce((sum, { fromT, toT }) => sum + clock.minutesBetween(fromT, toT), 0),
    failedRequests: outages.reduce((sum, outage) => sum + outage.failedRequests, 0),
    usersAffectedShare: active.size === 0 ? 0 : failed.size / active.size,
    fromT: outages[0]?.fromT ?? null,
    toT: outages.at(-1)?.toT ?? null,
  }
}
