import { factsOf } from '../journal/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { add, isServed, type Ledger, servedOf, total } from '../kit/ledger.ts'
import type { Stage } from './stage.ts'

const limitMs = 40_000
const slowestMs = 1_000

/** When all else is well for so long, an alert that still fires has nothing to do with what happens. */
const standingAfterMs = 2_000

/**
 * Waits for the steady state: monitoring alive and proven by a Watchdog delivery, no alert firing, and every request of
 * the last `steadyMs` served in good time. Without it there is no experiment. In a cell of somebody's own stack, whose
 * rules are theirs, an alert may fire all the time: it is told, and not waited for. What their own Prometheus says is
 * given the time that its rules look back.
 */
export async function awaitSteady(stage: Stage): Promise<boolean> {
  const { clock, signal, plan, journal, alerting } = stage
  let standing: readonly string[] = []
  let well: { from: number; firing: readonly string[] } | undefined
  const isSteady = () => {
    const { reasons, firing } = look(stage, standing)
    const lasting = firing.filter((name) => well?.firing.includes(name) ?? true)
    well = reasons.length > 0 ? undefined : { from: well?.from ?? clock.now(), firing: lasting }
    const settlesMs = Math.max(standingAfterMs, alerting.theirs?.settlesMs() ?? 0)
    if (plan.cell && well && clock.now() - well.from >= settlesMs) standing = lasting
    return reasons.length === 0 && firing.every((name) => standing.includes(name))
  }
  const steady = await pollUntil(() => Promise.resolve(isSteady() ? true : undefined), {
    withinMs: limitMs * stage.pace.factor + plan.steadyMs + (plan.theirs?.settleMs ?? 0),
    everyMs: 50,
    clock,
    signal,
  })
  const { requests, failed, p99Ms, because } = look(stage, standing)
  const told = standing.length > 0 ? { standing: [...standing] } : {}
  journal.write({ kind: 'steady-checked', steady: steady ?? false, requests, failed, p99Ms, because, ...told })
  return steady ?? false
}

const notReady = ({ theirs }: Stage['alerting']) =>
  theirs ? 'their Prometheus has not evaluated all its rules yet' : 'not every target of Prometheus is up yet'

function look({ facts, plan, alerting }: Stage, standing: readonly string[]) {
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
    !alerting.ready() && notReady(alerting),
    !alerting.absent && !alerting.theirs && alerting.watchdogAgeMs() === null && 'the Watchdog was not delivered yet',
  ].filter((reason) => reason !== false)
  const firing = alerting.firing()
  const unforeseen = firing.filter((name) => !standing.includes(name))
  const wrong = [...reasons, ...(unforeseen.length > 0 ? [`firing: ${unforeseen.join(', ')}`] : [])]
  const monitoring = alerting.absent ? 'there is no monitoring' : 'monitoring alive'
  const all = standing.length > 0 ? `; firing whatever happens: ${standing.join(', ')}` : ''
  const good = `${requests} requests in ${wanted} s, none failed, p99 ${Math.round(p99Ms ?? 0)} ms; ${monitoring}${all}`
  return { reasons, firing, requests, failed, p99Ms, because: wrong.join('; ') || good }
}
