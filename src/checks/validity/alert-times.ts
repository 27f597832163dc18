import { type FactOf, factsOf } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { promTOf, watchdog } from '../reading/alerts.ts'
import { onItsWayT } from '../reading/their-alerts.ts'
import type { Reading } from '../reading.ts'

/** As far as two clocks of one machine may be apart, ms. */
const apartMs = 250
/** Prometheus may be so much ahead of our look, ms: its clock and ours are read at different moments. */
const aheadMs = 1_000
/** A rule is evaluated about once a second, and looked at twice as often: later than this, ms, nobody was looking. */
const seenWithinMs = 30_000

type Change = FactOf<'alert-changed'>

export const alertTimes = defineGate({
  kind: 'alert-times',
  asks: "Do Prometheus's time and ours agree on when each alert came, and not before the fault?",
  judge: (reading) => {
    const changes = factsOf(reading.facts, 'alert-changed')
    const seldomMs = reading.plan.theirs?.evaluateMs ?? 0
    const wrong = changes.map((change) => timeError(change, seldomMs)).find((error) => error !== undefined)
    if (wrong) return wrong
    const early = alertBefore(reading)
    if (early) return early
    return pass(`${changes.length} changes of alerts, seen when Prometheus says that they were`)
  },
})

/** `seldomMs`: rules that are evaluated so seldom may have fired long ago when they are looked at first. */
function timeError(change: Change, seldomMs: number): Answer | undefined {
  const { alert, state, seenAt, seenT, at, t, n, labels } = change
  if (labels['alertname'] !== alert) return inconclusive(`${alert} (${state}) is called otherwise by its labels`, [n])
  const drift = Math.abs(Date.parse(seenAt) - seenT - (Date.parse(at) - t))
  if (drift > apartMs)
    return inconclusive(`${alert} (${state}) was seen at two moments, ${inSeconds(drift)} apart`, [n])
  if (seenT > t + apartMs) return inconclusive(`${alert} (${state}) was noted before it was seen`, [n])
  const promT = promTOf(change)
  if (promT === null) {
    return state === 'resolved' ? undefined : inconclusive(`${alert} (${state}): Prometheus gives no time for it`, [n])
  }
  if (promT > seenT + aheadMs)
    return inconclusive(`${alert} (${state}) was seen before it was there, by Prometheus`, [n])
  const isLate = state === 'firing' && seenT - promT > seenWithinMs + seldomMs
  return isLate ? inconclusive(`${alert} fired ${inSeconds(seenT - promT)} before it was seen`, [n]) : undefined
}

/** An alert that was on its way before the fault detects nothing of it. */
function alertBefore({ alerts, faultT, plan }: Reading): Answer | undefined {
  // Of theirs it is told, and counts for nothing.
  if (plan.theirs) return undefined
  const struckT = faultT ?? Infinity
  const early = alerts
    .filter(({ alert, firingT }) => alert !== watchdog && firingT >= struckT)
    .map((episode) => ({ ...episode, earlyMs: struckT - onItsWayT(episode) }))
    .filter(({ earlyMs }) => earlyMs > apartMs)
  if (early.length === 0) return undefined
  const said = early.map(({ alert, earlyMs }) => `${alert}, ${inSeconds(earlyMs)} before it`)
  return inconclusive(
    `pending or firing before the fault, by Prometheus's time or ours: ${said.join('; ')}`,
    early.flatMap(({ facts }) => facts),
  )
}
