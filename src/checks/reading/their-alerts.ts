import { type Fact, factsOf, type PlanRecord } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import { type AlertEpisode, watchdog } from './alerts.ts'
import type { MonitorHealth } from './monitor.ts'
import { deafness } from './rules.ts'

/** Looks are a second apart, and one at a monitor that is busy takes its limit. */
const gapMs = 8_000
/** So many looks may come to nothing. */
const deadLooks = 2

/** Since when it was pending or fired, by whichever clock says earlier. */
export function onItsWayT({ pendingT, sinceT, firingT }: AlertEpisode): number {
  return Math.min(pendingT ?? firingT, sinceT ?? firingT)
}

/**
 * Those that may tell of a fault. Of their own monitoring one that was on its way before it does not; and where nobody
 * says whom it reaches, it is told as soon as it fires.
 */
export function tellingOf(
  episodes: readonly AlertEpisode[],
  { theirs }: Pick<PlanRecord, 'theirs'>,
  faultT: number | null,
): readonly AlertEpisode[] {
  if (!theirs) return episodes
  const since = episodes.filter((one) => onItsWayT(one) >= (faultT ?? 0))
  if (theirs.alertmanager !== null) return since
  return since.map((one) => ({ ...one, deliveredT: one.firingT }))
}

/** What became of an alert of theirs that fired. Times from the first failed request, ms. */
export interface TheirAlert {
  readonly alert: string
  readonly firedMs: number
  /** Null: nobody was told, as far as anybody knows. */
  readonly toldMs: number | null
  /** The last that their Alertmanager did with it; null: it is not asked, or has not had it. */
  readonly way: Way | null
  readonly receivers: readonly string[]
}

type Way = ReturnType<typeof routedIn>[number]['way']

const routedIn = (facts: readonly Fact[]) => factsOf(facts, 'alert-routed')

/** Each alert that fired since the fault, once, the first first. */
export function theirAlerts(
  facts: readonly Fact[],
  telling: readonly AlertEpisode[],
  { sinceT, firstT }: { sinceT: number; firstT: number },
): TheirAlert[] {
  const own = telling.filter(({ alert, firingT }) => alert !== watchdog && firingT >= sinceT)
  const firsts = own.filter(({ alert }, at) => own.findIndex((one) => one.alert === alert) === at)
  return firsts.map(({ alert, firingT, deliveredT }) => {
    const routed = routedIn(facts).findLast((one) => one.alert === alert && one.seenT >= sinceT)
    const told = own.filter((one) => one.alert === alert).flatMap((one) => one.deliveredT ?? [])
    const firstToldT = deliveredT ?? (told.length > 0 ? Math.min(...told) : null)
    return {
      alert,
      firedMs: Math.max(0, firingT - firstT),
      toldMs: firstToldT === null ? null : Math.max(0, firstToldT - firstT),
      way: routed?.way ?? null,
      receivers: routed?.receivers ?? [],
    }
  })
}

/** Names of alerts that were pending or fired when the fault came. */
export function alertsBefore(episodes: readonly AlertEpisode[], faultT: number): string[] {
  const before = episodes.filter((one) => {
    return one.alert !== watchdog && onItsWayT(one) < faultT && (one.resolvedT ?? Infinity) > faultT
  })
  return [...new Set(before.map(({ alert }) => alert))]
}

/** What rules of theirs need: of those that could fire at all, how many had the time, and what the quickest needs. */
export interface TheirRulesTime {
  readonly could: number
  readonly all: number
  readonly quickestMs: number | null
}

export function rulesInTime(facts: readonly Fact[], lastedMs: number): TheirRulesTime {
  const rules = factsOf(facts, 'rule-evidence').at(-1)?.rules ?? []
  const alive = rules.filter((rule) => rule.alert !== watchdog && deafness(rule) === null)
  const needs = alive.map(({ wholeMs, reachMs }) => wholeMs - reachMs)
  return {
    could: needs.filter((ms) => ms <= lastedMs).length,
    all: alive.length,
    quickestMs: needs.length === 0 ? null : Math.min(...needs),
  }
}

/** Did their Prometheus answer all through the story? Whether it can tell of anything is a matter of its rules. */
export function theirHealth(facts: readonly Fact[], fromT: number, toT: number): MonitorHealth {
  const looks = factsOf(facts, 'monitor-sample').filter(({ t }) => t <= toT)
  const alive = looks.filter((look) => look.alive)
  const during = looks.filter(({ t }) => t >= fromT)
  const dead = during.filter((look) => !look.alive)
  const times = [fromT, ...alive.map(({ t }) => t).filter((t) => t > fromT), toT]
  const longest = Math.max(...times.slice(1).map((t, at) => t - (times[at] ?? t)))
  if (alive.length === 0 || longest > gapMs || dead.length > deadLooks) {
    const why = dead[0]?.because ?? 'no look was taken'
    const because = `their Prometheus did not answer for ${showMs(longest)} of the story: ${why}`
    return { alive: false, because, facts: dead.map(({ n }) => n) }
  }
  const because = `their Prometheus answered ${alive.length} times, at most ${showMs(longest)} apart`
  return { alive: true, because, facts: alive.slice(-1).map(({ n }) => n) }
}
