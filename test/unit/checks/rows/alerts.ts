import type { FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, killedAt, outageAlert, plus, storyT, wallOf, without, withoutKind } from '../../../support/journal.ts'
import { good, never, noLoad, quiet, type Row } from './row.ts'

const deaf = withoutKind(good, 'monitor-sample')

type State = FactOf<'alert-changed'>['state']
const alertAt = (alert: string, state: State, afterMs: number, labels: Record<string, string> = {}): NewFact => {
  const seenT = storyT + afterMs
  const seenAt = wallOf(seenT)
  const told = { alert, labels: { alertname: alert, ...labels }, summary: '', state, promAt: seenAt, seenAt, seenT }
  return { kind: 'alert-changed', ...told, receiver: state === 'delivered' ? 'on-call' : null }
}
const withAlert = (record: RunRecord, alert: string, state: State, afterMs: number) =>
  plus(record, storyT + afterMs, alertAt(alert, state, afterMs))
const noAlert = (record: RunRecord, ...states: State[]) =>
  without(record, (fact) => fact.kind === 'alert-changed' && fact.alert === outageAlert && states.includes(fact.state))

const fires = { kind: 'alert-fires', alert: outageAlert, firesWithinMs: 15_000, deliveredWithinMs: 16_000, step: 1 }
const resolves = { kind: 'alert-resolves', alert: outageAlert, withinMs: 15_000 }
const only = { kind: 'no-other-alert', allow: [outageAlert] }
const unheard = { kind: 'alerts-silent', alerts: ['DatabaseDown', 'NobodyWroteThis'] }
const noRules = withoutKind(good, 'stack-snapshot')
const silent = { kind: 'alerts-silent', alerts: ['DatabaseDown', 'BackendDown'] }

export const alertRows: Row[] = [
  ['pass', 'in time', good, fires, /fired 3\.9 s after the first failed request and was delivered after 4\.4 s/],
  ['pass', 'from the fault', good, { ...fires, from: 'fault' }, /fired 4\.1 s after the fault/],
  ['fail', 'too late', good, { ...fires, firesWithinMs: 3_000 }, /fired after 3\.9 s, 3\.0 s allowed/],
  [
    'fail',
    'delivered too late',
    good,
    { ...fires, deliveredWithinMs: 4_000 },
    /delivered after 4\.4 s, 4\.0 s allowed/,
  ],
  ['fail', 'never', noAlert(good, 'firing', 'delivered'), fires, /never fired/],
  ['fail', 'fired, never delivered', noAlert(good, 'delivered'), fires, /never delivered/],
  ['inconclusive', 'firing before the fault', withAlert(good, outageAlert, 'firing', -500), fires, /before the fault/],
  ['inconclusive', 'nothing failed', quiet, fires, /no first failed request/],
  ['inconclusive', 'the story ended first', killedAt(quietAlert(8_000), storyT + 8_000), fires, /before it was due/],
  ['inconclusive', 'dead monitor', deaf, fires, /nothing can be said about alerts/],
  ['inconclusive', 'no samples', noLoad, fires, /no first failed request/],

  ['pass', 'resolved', good, resolves, /resolved 4\.4 s after recovery/],
  ['fail', 'resolved too late', good, { ...resolves, withinMs: 4_000 }, /4\.4 s after recovery, 4\.0 s allowed/],
  [
    'fail',
    'still firing',
    noAlert(good, 'resolved', 'resolve-delivered'),
    { ...resolves, withinMs: 9_000 },
    /still fired/,
  ],
  ['fail', 'resolved while users failed', resolvedAt(40_000), resolves, /26\.\d s before the last failed request/],
  ['pass', 'resolved while a remedy restarted Nginx', goneFrom(61_500, resolvedAt(62_800)), resolves, /resolved 0/],
  [
    'fail',
    'resolved while users were refused',
    goneFrom(39_000, resolvedAt(40_000)),
    resolves,
    /before the last failed/,
  ],
  [
    'fail',
    'fires again',
    withAlert(good, outageAlert, 'firing', 73_000),
    { ...resolves, withinMs: 9_000 },
    /still fired/,
  ],
  ['inconclusive', 'never fired', noAlert(good, 'firing', 'delivered'), resolves, /never fired/],
  ['inconclusive', 'fired only before the fault', firedBefore(), resolves, /never fired/],
  ['inconclusive', 'never recovered', never, resolves, /never restored/],
  [
    'inconclusive',
    'the story ended first',
    killedAt(noAlert(good, 'resolved', 'resolve-delivered'), storyT + 72_000),
    resolves,
    /before it was due/,
  ],
  ['inconclusive', 'dead monitor', deaf, resolves, /nothing can be said about alerts/],

  ['pass', 'only the expected', good, only, /no other alert fired/],
  ['pass', 'none at all', quiet, { kind: 'no-other-alert' }, /no alert fired/],
  ['pass', 'another, only pending', withAlert(good, 'DatabaseDown', 'pending', 9_000), only, /no other/],
  ['fail', 'another', withAlert(good, 'DatabaseDown', 'firing', 9_000), only, /DatabaseDown at 14:39 \(9\.0 s into/],
  ['fail', 'another, only delivered', withAlert(good, 'DatabaseDown', 'delivered', 9_000), only, /DatabaseDown/],
  ['fail', 'the expected, not allowed', good, { kind: 'no-other-alert' }, /SuccessRateDropped at 14:34/],
  ['inconclusive', 'dead monitor', deaf, only, /nothing can be said about alerts/],

  ['pass', 'silent', good, silent, /none of DatabaseDown, BackendDown fired/],
  ['inconclusive', 'no such rule', good, unheard, /Prometheus has no rule NobodyWroteThis: its silence says nothing/],
  ['inconclusive', 'no list of rules', noRules, silent, /rules of Prometheus were not recorded/],
  ['fail', 'loud', withAlert(good, 'BackendDown', 'firing', 21_000), silent, /BackendDown at 14:51/],
  ['inconclusive', 'dead monitor', deaf, silent, /nothing can be said about alerts/],
]

function quietAlert(untilMs: number): RunRecord {
  return without(
    good,
    (fact) => fact.kind === 'alert-changed' && fact.alert === outageAlert && fact.seenT < storyT + untilMs,
  )
}

function resolvedAt(afterMs: number): RunRecord {
  return changed(good, 'alert-changed', (fact) =>
    fact.alert === outageAlert && fact.state.startsWith('resolve') ? { seenT: storyT + afterMs } : {},
  )
}

/** From then on what failed was refused before it came to Nginx; the last remedy is at work from 61.5 s on. */
function goneFrom(afterMs: number, record: RunRecord): RunRecord {
  const longer = changed(record, 'remedy-applied', ({ remedy }) => {
    return remedy === 'correct-config' ? { startedT: storyT + 61_500 } : {}
  })
  return changed(longer, 'load-sample', ({ fromT, ledger: { http_502: failed = 0, ...others } }) => {
    return failed > 0 && fromT >= storyT + afterMs ? { ledger: { ...others, connect_refused: failed } } : {}
  })
}

function firedBefore(): RunRecord {
  const silentOne = noAlert(good, 'pending', 'firing', 'delivered', 'resolved', 'resolve-delivered')
  return withAlert(withAlert(silentOne, outageAlert, 'firing', -4_000), outageAlert, 'resolved', -3_000)
}
