import { type Fact, type FactOf, factsOf, type NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, guardedJournal, outageAlert, plus, storyT, twice, without } from '../../../support/journal.ts'
import { awaited } from './events.ts'
import type { GateRow } from './instruments.ts'
import { good, stopped } from './row.ts'

const rolledBack = guardedJournal('automated-rollback', 'rolled-back')
type Look = FactOf<'fault-witnessed'>
const is = (moment: Look['moment']) => (fact: Fact) => fact.kind === 'fault-witnessed' && fact.moment === moment
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0

const at = (record: RunRecord, matches: (fact: Fact) => boolean, t: number): RunRecord =>
  record.facts.filter(matches).reduce(
    (rest, { n: _n, t: _t, at: _at, ...fact }) => {
      return plus(rest, t, fact)
    },
    without(record, matches),
  )

const look = (moment: Look['moment'], present: boolean, more: Partial<Look> = {}): NewFact => {
  const because = present ? 'the new workers serve it' : 'the workers serve the former one'
  return { kind: 'fault-witnessed', fault: 'the deploy', moment, present, witness: 'config-hash', because, ...more }
}
/** Over by its undo, and not by a remedy. */
const byUndo = (() => {
  const open = without(good, ({ kind }) => kind === 'fault-undone')
  const over = plus(open, undoT + 2_350, { kind: 'fault-undone', fault: 'the deploy', by: 'undo', because: 'undone' })
  return at(over, is('end'), undoT + 20)
})()
const byItself = at(
  changed(good, 'fault-undone', () => ({ by: 'itself' })),
  ({ kind }) => kind === 'fault-undone',
  storyT + 70_000,
)
const partly = { partly: true } as const
const passed = at(
  at(byItself, ({ kind }) => kind === 'fault-undone', storyT + 60_000),
  is('end'),
  storyT + 46_000,
)
/** At some servers it is gone, by a remedy that was seen to take it away there. */
const halfGone = plus(
  plus(good, storyT + 50_300, look('after', true, partly)),
  storyT + 50_350,
  look('middle', false, partly),
)
/** The look at its start came last. */
const rolledEarly = (() => {
  const last = factsOf(rolledBack.facts, 'fault-witnessed').findLast(({ moment }) => moment === 'after')
  return at(
    without(rolledBack, ({ n }) => n === last?.n),
    is('start'),
    storyT + 2_625,
  )
})()
const gate = 'fault-witnessed'

const witnessRows: GateRow[] = [
  [gate, 'gone in one of two middles', plus(good, storyT + 40_000, look('middle', false)), /not there at its middle/],
  [
    gate,
    'half gone, as nobody had seen',
    plus(good, storyT + 40_000, look('middle', false, partly)),
    /not there at its m/,
  ],
  [
    gate,
    'there before, in one of two looks',
    plus(good, storyT + 10, look('before', true)),
    /there before it was injected/,
  ],
  [gate, 'met by no request of a user', changed(good, gate, () => ({ met: 0 })), /no request of a user met it/],
  [gate, 'never seen before', without(good, is('before')), /no observation was made before it/],
  [gate, 'before seen in its middle', plus(good, storyT + 40_000, look('before', false)), /came when it had begun/],
  [
    gate,
    'rolled back, and not seen after',
    without(rolledBack, is('after')),
    /no observation was made after it was stopped/,
  ],
  [gate, 'rolled back, and there', changed(rolledBack, gate, () => ({ present: true })), /there/],
  [gate, 'rolled back before it was there', rolledEarly, /the look after it came before that at its start/],
  [gate, 'middle when its end was seen', at(good, is('middle'), storyT + 64_950), /its middle was not seen/],
  [
    gate,
    'seen at its end, long before',
    at(good, is('end'), storyT + 61_000),
    /its end was seen 4\.0 s before it was over/,
  ],
  [gate, 'seen at its end when it was over', at(good, is('end'), storyT + 75_000), /its end was seen when it was over/],
  [gate, 'middle with its start', at(good, is('middle'), storyT + 170), /its middle was not seen/],
  [gate, 'middle with its end', at(good, is('middle'), storyT + 64_890), /its middle was not seen/],
  [gate, 'never over', without(good, ({ kind }) => kind === 'fault-undone'), /its end was not recorded/],
  [gate, 'over by its undo, and seen long before', at(byUndo, is('end'), undoT - 9_000), /s before it was over/],
  [gate, 'over by itself, and seen long before', at(byItself, is('end'), storyT + 50_000), /s before it was over/],
  [
    gate,
    'stopped, and seen at its start',
    changed(stopped, gate, ({ moment }) => (moment === 'start' ? { present: true } : {})),
    /there although it was stopped/,
  ],
]

const ofU9 = (fact: Fact) => 'id' in fact && fact.id === 'u9'
const promised = (fact: Fact) => fact.kind === 'undo-promised' && fact.id === 'u9'
const undoRows: GateRow[] = [
  ['undo-first', 'promised when it was seen to be there', at(good, promised, storyT + 165), /no undo was registered/],
  ['undo-first', 'promised after it was said to be there', at(good, promised, storyT + 150), /no undo was registered/],
  [
    'undo-first',
    'seen to be there before it was promised',
    at(good, is('start'), storyT + 18),
    /no undo was registered/,
  ],
  ['undo-first', 'rolled back without a promise', without(rolledBack, promised), /no undo was registered/],
  [
    'undo-first',
    'the first promise gone',
    without(good, (fact) => 'id' in fact && fact.id === 'u1'),
    /u1 is not on record/,
  ],
  [
    'undo-first',
    'undone under the name of another',
    changed(good, 'undo-done', ({ id }) => (id === 'u9' ? { id: 'u77' } : {})),
    /u77 was undone before it was registered/,
  ],
]

type Change = FactOf<'alert-changed'>
const alerts = (state: Change['state'], to: (one: Change) => Partial<Change>) =>
  changed(good, 'alert-changed', (one) => (one.alert === outageAlert && one.state === state ? to(one) : {}))
const sets = (fact: Fact) => fact.kind === 'clock-set'
const still = (ms: number, shown: number, runs: boolean): [number, NewFact] => [
  storyT + ms,
  { kind: 'clock-set', incidentMs: shown, runs, because: 'it stood' },
]
const standing = [still(20_004, 20_004, false), still(29_900, 26_000, false)].reduce<RunRecord>(
  (record, [t, fact]) => plus(record, t, fact),
  good,
)

const timeRows: GateRow[] = [
  [
    'alert-times',
    'pending long before',
    alerts('pending', () => ({ promAt: '2026-03-01T14:20:10.000Z' })),
    /before it/,
  ],
  ['alert-times', 'without a time', alerts('firing', () => ({ promAt: null })), /Prometheus gives no time for it/],
  ['incident-clock', 'goes on while it stands', standing, /set forward or back/],
  [
    'incident-clock',
    'stands at its begin',
    changed(good, 'clock-set', ({ incidentMs }) => (incidentMs === 0 ? { runs: false } : {})),
    /did not start with the story/,
  ],
  [
    'incident-clock',
    'begins before the story',
    at(good, (fact) => fact.kind === 'clock-set' && fact.incidentMs === 0, storyT - 400),
    /did not start with the story/,
  ],
  [
    'incident-clock',
    'a step before its time',
    changed(good, 'step-entered', ({ step, t }) => (step === 4 ? { t: t - 900 } : {})),
    /step 5 was entered 0\.9 s before its time/,
  ],
  ['events-came', 'did not come', awaited(false), /^step 3 \(The database is suspected.*it did not come within 5\.0 s/],
  [
    'events-came',
    'waited for twice, by its number',
    twice(awaited(true), ({ kind }) => kind === 'event-awaited'),
    /^step 3 /,
  ],
  [
    'events-came',
    'waited less than nothing',
    changed(awaited(true), 'event-awaited', () => ({ waitedMs: -1 })),
    /^step 3 .* just before it/,
  ],
  [
    'steady-before',
    'a failure long before the fault',
    changed(good, 'load-sample', ({ fromT, source, planned }) =>
      source === 'users' && fromT > storyT - 4_000 && fromT < storyT - 3_000
        ? { ledger: { http_502: 1, http_200: planned - 1 }, firstFailedT: fromT + 3, lastFailedT: fromT + 3 }
        : {},
    ),
    /requests failed before the fault, in 1 second/,
  ],
  [
    'steady-before',
    'nobody asked',
    changed(good, 'load-sample', ({ fromT }) => (fromT < storyT ? { ledger: {}, planned: 0 } : {})),
    /no request was seen just before the fault/,
  ],
]

export const sightRows: GateRow[] = [...witnessRows, ...undoRows, ...timeRows]

export const sightsWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  [gate, 'half gone by a remedy, and seen to', halfGone, /there at start, middle and end/],
  [gate, 'over by its undo', byUndo, /there at start, middle and end/],
  [gate, 'over by itself', byItself, /there at start, middle and end/],
  [gate, 'rolled back', rolledBack, /there at its start, rolled back by automated-rollback, and gone after/],
  [gate, 'kept off', guardedJournal('blue-green', 'kept-off'), /attempted, kept off by blue-green, and never there/],
  [gate, 'before seen twice, once long before', plus(good, storyT - 500, look('before', false)), /absent before/],
  [
    gate,
    'rolled back, and seen to be there once more',
    plus(rolledBack, storyT + 2_600, look('after', true)),
    /gone after/,
  ],
  [gate, 'a middle soon after its start', at(good, is('middle'), storyT + 860), /there at start, middle and end/],
  [gate, 'a middle at its start too', plus(good, storyT + 165, look('middle', true)), /there at start, middle and end/],
  [gate, 'over by itself a while after a remedy', passed, /there at start, middle and end/],
  [gate, 'two middles', plus(good, storyT + 40_000, look('middle', true)), /there at start, middle and end/],
  ['undo-first', 'rolled back, and seen first', at(rolledBack, is('start'), storyT + 18), /^9 undos registered/],
  ['undo-first', 'promised as it began', at(good, promised, storyT + 15), /^9 undos registered/],
  ['undo-first', 'stopped, and not promised', without(stopped, ofU9), /^8 undos registered/],
  ['undo-first', 'of a fault that is load', loaded(), /^8 undos registered/],
  ['alert-times', 'resolved without a time', alerts('resolved', () => ({ promAt: null })), /changes of alerts/],
  [
    'incident-clock',
    'as it was',
    good,
    /^every step was entered at its time; the clock never stood|the clock stood 1 time/,
  ],
  [
    'incident-clock',
    'before any story',
    { ...good, facts: good.facts.filter(({ t }) => t < storyT) },
    /clock never stood/,
  ],
  ['incident-clock', 'set twice for one step', twice(good, sets), /every step was entered at its time/],
  ['events-came', 'none waited for', good, /^no step waits for an event$/],
  ['events-came', 'one came', awaited(true), /^1 event came before the steps that wait for them$/],
  ['events-came', 'not reached', cut(), /0 events came/],
]

/** The fault is load: it is promised nothing, and the begin of the load is on record instead. */
function loaded(): RunRecord {
  const change: NewFact = { kind: 'load-changed', source: 'users', ratePerS: 90, users: 50, because: 'the spike' }
  return plus(without(good, ofU9), storyT + 60, change)
}

/** The run ended before the step that waits. */
function cut(): RunRecord {
  const whole = awaited(true)
  return { ...whole, facts: whole.facts.filter(({ t }) => t < storyT + 19_000) }
}
