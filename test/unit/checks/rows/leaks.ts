import { factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { noteAlert } from '../../../support/journal/frame.ts'
import { changed, JournalWriter, outageAlert, plus, renumbered, storyT, withoutKind } from '../../../support/journal.ts'
import { good, noLoad, quiet, type Row, stopped } from './row.ts'
import { surged } from './surges.ts'

const silent = withoutKind(good, 'monitor-sample')

/** The engine's events about web-1: each an action and when, ms after the story's start. */
function heard(record: RunRecord, ...events: (readonly [action: string, ms: number])[]): RunRecord {
  return events.reduce(
    (told, [action, ms]) =>
      plus(told, storyT + ms, { kind: 'service-event', service: 'web-1', action, because: 'exit code 137' }),
    record,
  )
}
const crash = (ms: number) => [['oom', ms] as const, ['die', ms + 10] as const, ['start', ms + 200] as const]
const leaking = heard(good, ...crash(20_000), ...crash(25_000))
const twice = { kind: 'crashes', services: ['web-1'], atLeast: 2 }
const never = { ...twice, atLeast: undefined, atMost: 0 }

const early = (() => {
  const journal = new JournalWriter()
  noteAlert(journal, 'Leak', 'firing', storyT + 8_000)
  noteAlert(journal, 'Leak', 'delivered', storyT + 8_400)
  noteAlert(journal, 'Leak', 'resolved', storyT + 40_000)
  const facts = [...leaking.facts, ...journal.facts()].sort((a, b) => a.t - b.t)
  return { ...leaking, facts: renumbered(facts) }
})()
const lead = { kind: 'alert-lead', alert: 'Leak', atLeastMs: 10_000 }

const served = { kind: 'goodput', usersAtLeast: 0.9, requestsPerSAtLeast: 40 }
const calm = changed(surged, 'load-sample', ({ planned, source }) =>
  source === 'users'
    ? { ledger: { http_200: planned }, firstFailedT: null, lastFailedT: null, usersFailed: [] }
    : { ledger: { http_200: planned } },
)
/** What becomes of five in a hundred of those whom nobody knows. */
const refusing = (how: 'http_429' | 'http_503') =>
  changed(calm, 'load-sample', ({ planned, source }) =>
    source === 'pressure' ? { ledger: { http_200: planned - 5, [how]: 5 } } : {},
  )
/** A reload in a step of the spike closes forty connections, under a remedy or by itself. */
const closing = (() => {
  const refused = refusing('http_429')
  const { t = 0, fromT = 0 } =
    factsOf(refused.facts, 'load-sample')
      .filter(({ source }) => source === 'users')
      .at(-20) ?? {}
  const closed = changed(refused, 'load-sample', (fact) => {
    const ledger = { ...fact.ledger, closed_without_response: 40 }
    return fact.source === 'users' && fact.fromT === fromT ? { ledger } : {}
  })
  const done = { remedy: 'more', remedyKind: 'scale-out', ok: true, changed: true, because: '', evidence: {} }
  const mended = plus(withoutKind(closed, 'remedy-applied'), t, { kind: 'remedy-applied', ...done, startedT: fromT })
  return { closed: withoutKind(closed, 'remedy-applied'), mended }
})()
const prevents = { kind: 'remedy-effect', step: 6, expect: 'prevents' }
const over = { kind: 'alerts-over' }
const open = (() => {
  const journal = new JournalWriter()
  noteAlert(journal, 'Leak', 'firing', storyT + 70_000)
  const facts = [...good.facts, ...journal.facts()].sort((a, b) => a.t - b.t)
  return { ...good, facts: renumbered(facts) }
})()

export const leakRows: Row[] = [
  ['pass', 'killed and started twice', leaking, twice, /web-1: 2 out-of-memory kills, 2 restarts by the engine/],
  ['fail', 'killed once', heard(good, ...crash(20_000)), twice, /1 out-of-memory kill, 1 restart .* less than/],
  ['fail', 'killed and left', heard(good, ['oom', 20_000], ['oom', 25_000]), twice, /2 out-of-.*, 0 restarts/],
  [
    'fail',
    'started by somebody else',
    heard(good, ...crash(20_000), ['oom', 25_000], ['die', 25_010], ['stop', 25_020], ['start', 26_000]),
    twice,
    /2 out-of-memory kills, 1 restart by/,
  ],
  ['pass', 'never killed', heard(good, ['start', 1_000]), never, /0 out-of-memory kills/],
  ['fail', 'killed, though it should not be', leaking, never, /more than allowed/],
  ['inconclusive', 'nobody listened', withoutKind(good, 'service-event'), never, /no event of the engine was heard/],
  ['inconclusive', 'no bound', leaking, { ...twice, atLeast: undefined }, /no bound/],

  ['pass', 'told in time', early, lead, /web-1 was killed at 14:50; Leak was delivered at 14:38, 11\.6 s before/],
  ['fail', 'told too late', early, { ...lead, atLeastMs: 15_000 }, /11\.6 s before: 15\.0 s expected/],
  ['fail', 'told afterwards', heard(good, ['oom', 900]), { ...lead, alert: outageAlert }, /delivered at .* s later/],
  ['fail', 'never told', leaking, lead, /Leak was never delivered/],
  ['inconclusive', 'nobody was killed', good, lead, /no server was killed/],
  ['inconclusive', 'nobody knows about alerts', silent, lead, /nothing can be said about alerts/],

  ['pass', 'served well', calm, served, /50 of 50 users \(100 %\) were served well/],
  ['fail', 'too many failed', surged, { ...served, usersAtLeast: 1 }, /users .* less than expected/],
  ['fail', 'too little served', calm, { ...served, requestsPerSAtLeast: 4_000 }, /less than expected/],
  ['pass', 'refused as it should be', refusing('http_429'), { ...served, refusedWith: 429 }, /refused with 429/],
  ['fail', 'refused otherwise', refusing('http_503'), { ...served, refusedWith: 429 }, /failed otherwise/],
  ['pass', 'closed by the reload of a remedy', closing.mended, { ...served, refusedWith: 429 }, /refused with 429/],
  [
    'fail',
    'closed as often by itself',
    closing.closed,
    { ...served, refusedWith: 429 },
    /40 requests failed otherwise/,
  ],
  ['fail', 'nobody refused', calm, { ...served, refusedWith: 429 }, /no request was refused/],
  ['inconclusive', 'no more came', good, served, /no additional load/],
  [
    'inconclusive',
    'users not told apart',
    changed(calm, 'load-sample', () => ({ usersActive: [] })),
    served,
    /tell its users apart/,
  ],

  ['pass', 'all are over', good, over, /all over: 1 alert/],
  ['pass', 'none fired', stopped, over, /none had fired/],
  ['fail', 'one still fires', open, over, /still firing: Leak at 15:40/],
  ['inconclusive', 'nobody knows whether they are over', silent, over, /nothing can be said about alerts/],

  ['pass', 'comes before any harm', quiet, prevents, /nothing was wrong before it/],
  ['fail', 'comes too late', good, prevents, /expected nothing to be wrong yet/],
  [
    'inconclusive',
    'is not even done',
    changed(quiet, 'remedy-applied', () => ({ ok: false })),
    prevents,
    /nothing was wrong before it/,
  ],
  ['inconclusive', 'comes, and nobody saw', noLoad, prevents, /no request/],
]
