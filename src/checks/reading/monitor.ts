import { type Fact, factsOf } from '../../journal/facts.ts'
import { showMs } from '../../kit/duration.ts'
import { watchdog } from './alerts.ts'

/**
 * Longest time without a sign of life of the monitor, ms. Looks are a second apart, and a busy machine was seen to let
 * no container on for 2.4 s. What is delivered meanwhile waits with the agent and is not lost.
 */
export const monitorGapMs = 4_000
/** A Watchdog delivery older than this proves nothing any more, ms. It is repeated every 2 s. */
export const watchdogAgeLimitMs = 10_000

export interface MonitorHealth {
  readonly alive: boolean
  readonly because: string
  readonly facts: readonly number[]
}

/**
 * Was the chain from scrape to webhook alive all through the story, and is that proven by the alert that always fires?
 */
export function monitorHealth(facts: readonly Fact[], fromT: number, toT: number): MonitorHealth {
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
