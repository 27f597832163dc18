import { factsOf } from '../journal/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { add, isServed, type Ledger, servedOf, total } from '../kit/ledger.ts'
import type { Stage } from './stage.ts'

const limitMs = 40_000
const slowestMs = 1_000

/**
 * Waits for the steady state: monitoring alive and proven by a Watchdog delivery, no alert firing, and every request of
 * the last `steadyMs` served in good time. Without it there is no experiment.
 */
export async function awaitSteady(stage: Stage): Promise<boolean> {
  const { clock, signal, plan, journal } = stage
  const steady = await pollUntil(() => Promise.resolve(look(stage).steady ? true : undefined), {
    withinMs: limitMs * stage.pace.factor + plan.steadyMs,
    everyMs: 50,
    clock,
    signal,
  })
  const { requests, failed, p99Ms, because } = look(stage)
  journal.write({ kind: 'steady-checked', steady: steady ?? false, requests, failed, p99Ms, because })
  return steady ?? false
}

function look({ facts, plan, alerting }: Stage) {
  const wanted = Math.max(1, Math.ceil(plan.steadyMs / 1_000))
  const samples = factsOf(facts, 'load-sample')
    .filter((sample) => sample.source === 'users')
    .slice(-wanted)
  const requests = samples.reduce((sum, sample) => sum + total(sample.ledger), 0)
  const ledger = samples.reduce<Ledger>((sum, sample) => add(sum, sample.ledger), {})
  const failed = requests - servedOf(ledger)
  const classes = Object.keys(ledger).filter((name) => !isServed(name))
  const p99Ms = samples.length === 0 ? null : Math.max(...samples.map((sample) => sample.latencyMs?.p99 ?? 0))
  const reasons = [
    samples.length < wanted && `${samples.length} of ${wanted} seconds of load seen`,
    failed > 0 && `${failed} of ${requests} requests failed (${classes.join(', ')})`,
    (p99Ms ?? 0) > slowestMs && `p99 is ${Math.round(p99Ms ?? 0)} ms`,
    !alerting.ready() && 'not every target of Prometheus is up yet',
    !alerting.absent && alerting.watchdogAgeMs() === null && 'the Watchdog was not delivered yet',
    alerting.firing().length > 0 && `firing: ${alerting.firing().join(', ')}`,
  ].filter((reason) => reason !== false)
  const monitoring = alerting.absent ? 'there is no monitoring' : 'monitoring alive'
  const good = `${requests} requests in ${wanted} s, none failed, p99 ${Math.round(p99Ms ?? 0)} ms; ${monitoring}`
  return { steady: reasons.length === 0, requests, failed, p99Ms, because: reasons.join('; ') || good }
}
