import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { showMs } from '../../kit/duration.ts'
import { watchdog } from './alerts.ts'

/**
 * Longest time without a sign of life of the monitor, ms. Looks are a second apart, and a busy machine was seen to let
 * no container on for 2.4 s. What is delivered meanwhile waits with the agent and is not lost.
 */
export const monitorGapMs = 4_000
/** A Watchdog delivery older than this proves nothing any more, ms. It is repeated every 2 s. */
export const watchdogAgeLimitMs = 10_000

/** The last sign of life is so long before the story's end at most, ms: what comes after it no alert tells. */
const lastSignMs = 2_500

export interface MonitorHealth {
  readonly alive: boolean
  readonly because: string
  readonly facts: readonly number[]
}

/**
 * Names of the alert rules that Prometheus had when the run began, by the snapshot of the stack and, where it was asked
 * for what they look at, by its answer too; null when they were not written down.
 */
export function rulesLoaded(facts: readonly Fact[]): ReadonlySet<string> | null {
  const taken = factsOf(facts, 'stack-snapshot').find(({ stack }) => stack === 'production')
  if (!taken?.snapshot.rules) return null
  const alerts = Object.keys(taken.snapshot.rules).map((rule) => /^alert (.+) in [^ ]+$/.exec(rule)?.[1] ?? '')
  const looked = factsOf(facts, 'rule-evidence').at(-1)
  const isKnown = (alert: string) => !looked || looked.rules.some((rule) => rule.alert === alert)
  return new Set(alerts.filter((alert) => alert !== '' && isKnown(alert)))
}

/**
 * Was the chain from scrape to webhook alive all through the story, and is that proven by the alert that always fires?
 */
export function monitorHealth(
  facts: readonly Fact[],
  fromT: number,
  toT: number,
  isTouched: (service: string) => boolean,
): MonitorHealth {
  const dead = (because: string, numbers: number[] = []): MonitorHealth => ({ alive: false, because, facts: numbers })
  const samples = factsOf(facts, 'monitor-sample')
  if (samples.length === 0) return dead('the monitor gave no sign of life at all')
  const delivery = factsOf(facts, 'alert-changed').find(
    (change) => change.alert === watchdog && change.state === 'delivered' && change.seenT <= fromT,
  )
  if (!delivery) return dead('the Watchdog was not delivered before the story: no alert could have reached us')
  const alive = samples.filter((sample) => sample.alive && (sample.watchdogAgeMs ?? Infinity) <= watchdogAgeLimitMs)
  const times = [fromT, ...alive.map((sample) => sample.t).filter((t) => t > fromT && t < toT), toT]
  const gaps = times.slice(1).map((t, index) => ({ ms: t - (times[index] ?? t), fromT: times[index] ?? t, toT: t }))
  const longest = gaps.reduce((worst, gap) => (gap.ms > worst.ms ? gap : worst), { ms: 0, fromT, toT })
  if (longest.ms <= monitorGapMs) {
    const weak = weakness(samples, alive, { fromT, toT })
    if (weak) return weak
    const blind = blindness(
      facts,
      alive.filter(({ t }) => t >= fromT && t <= toT),
      isTouched,
    )
    if (blind) return dead(blind.because, blind.facts)
    const oldest = Math.max(...alive.map((sample) => sample.watchdogAgeMs ?? 0))
    const apart = `${alive.length} signs of life, at most ${showMs(longest.ms)} apart`
    const because = `${apart}; Watchdog at most ${showMs(oldest)} old`
    return { alive: true, because, facts: [delivery.n, alive[0]?.n ?? delivery.n, alive.at(-1)?.n ?? delivery.n] }
  }
  const bad = samples.filter((one) => one.t > longest.fromT && one.t < longest.toT && !alive.includes(one))
  const said = bad[0] ? `: ${bad[0].alive ? `Watchdog ${bad[0].watchdogAgeMs ?? '–'} ms old` : bad[0].because}` : ''
  const limit = `at most ${showMs(monitorGapMs)} allowed`
  const because = `no sign of life of the monitor for ${showMs(longest.ms)}, ${limit}${said}`
  return dead(
    because,
    bad.map((one) => one.n),
  )
}

/** Of the looks, so many may miss a target, and one at any rate: one scrape that came to nothing blinds no alert. */
const missedShare = 0.05
/** So many may find the chain dead at any rate: while a busy machine stands still two of them come to nothing. */
const deadLooks = 2

/** What no gap shows: a chain that dies again and again, or as the story ends. */
function weakness(
  samples: readonly FactOf<'monitor-sample'>[],
  alive: readonly FactOf<'monitor-sample'>[],
  { fromT, toT }: { fromT: number; toT: number },
): MonitorHealth | undefined {
  const looks = samples.filter(({ t }) => t >= fromT && t <= toT)
  const bad = looks.filter((look) => !alive.includes(look))
  if (bad.length > Math.max(deadLooks, looks.length * missedShare)) {
    const because = `the monitor was dead in ${bad.length} of ${looks.length} looks: ${bad[0]?.because}`
    return { alive: false, because, facts: bad.map(({ n }) => n) }
  }
  const last = alive.at(-1)
  const silentMs = toT - (last?.t ?? fromT)
  if (silentMs <= lastSignMs) return undefined
  const limit = `at most ${showMs(lastSignMs)} allowed`
  const because = `no sign of life of it in the last ${showMs(silentMs)} of the story, ${limit}`
  return { alive: false, because, facts: last ? [last.n] : [] }
}

/** What an alerting chain that is alive cannot see: it has no rules, or what it should scrape is down. */
function blindness(
  facts: readonly Fact[],
  alive: readonly FactOf<'monitor-sample'>[],
  isTouched: (service: string) => boolean,
): { because: string; facts: number[] } | undefined {
  const rules = rulesLoaded(facts)
  if (!rules) return { because: 'the rules of Prometheus were not recorded', facts: [] }
  if ([...rules].every((name) => name === watchdog || name === '')) {
    return { because: 'Prometheus has no rule but that of the Watchdog', facts: [] }
  }
  const most = Math.max(1, alive.length * missedShare)
  const none = alive.filter(({ targetsUp }) => targetsUp === 0)
  if (none.length > most) return { because: 'Prometheus reached none of its targets', facts: none.map(({ n }) => n) }
  const known = (alive[0]?.targetsUp ?? 0) + (alive[0]?.targetsDown.length ?? 0)
  const fewer = alive.filter(({ targetsUp, targetsDown }) => targetsUp + targetsDown.length < known)
  if (fewer.length > most)
    return { because: `of ${known} targets some were not there any more`, facts: fewer.map(({ n }) => n) }
  for (const target of new Set(alive.flatMap(({ targetsDown }) => targetsDown))) {
    if (isTouched(serviceOf(target))) continue
    const down = alive.filter(({ targetsDown }) => targetsDown.includes(target))
    if (down.length <= most) continue
    const because = `the target ${target} was down in ${down.length} of ${alive.length} looks, and no step is about it`
    return { because, facts: down.map(({ n }) => n) }
  }
  return undefined
}

/** `backend api-1` and `backend api-1:8080` are of `api-1`. */
const serviceOf = (target: string): string => target.split(' ').at(-1)?.replace(/:\d+$/, '') ?? ''
