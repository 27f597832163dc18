import { type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageAlert, plus, storyT, wallOf } from '../../../support/journal.ts'
import { awaited } from './events.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

type Change = FactOf<'alert-changed'>
const alerts = (state: Change['state'], to: (one: Change) => Partial<Change>) =>
  changed(good, 'alert-changed', (one) => (one.alert === outageAlert && one.state === state ? to(one) : {}))
const seen = (ms: number) => alerts('pending', ({ t }) => ({ seenT: t + ms, seenAt: wallOf(t + ms) }))
const twoMoments = (ms: number) => alerts('pending', ({ seenT }) => ({ seenAt: wallOf(seenT + ms) }))
const ahead = (ms: number) => alerts('firing', ({ seenT }) => ({ promAt: wallOf(seenT + ms) }))
const ended = (to: (end: FactOf<'run-ended'>) => Partial<FactOf<'run-ended'>>) => changed(good, 'run-ended', to)
const noted = (ms: number) => ended(({ t, storyMs }) => ({ wallMs: t - ms, overheadMs: t - ms - storyMs }))
const [injected] = factsOf(good.facts, 'fault-injected')
const faultT = injected?.startedT ?? 0
const before = (ms: number) => alerts('pending', () => ({ promAt: wallOf(faultT - ms) }))
const closes = (ms: number) =>
  changed(good, 'fault-witnessed', ({ moment }) => (moment === 'end' ? { t: storyT + 65_007 - ms } : {}))
const entered = (ms: number) => changed(good, 'step-entered', ({ step, t }) => (step === 4 ? { t: t + ms } : {}))

const unplanned = changed(good, 'step-entered', ({ step }) => (step === 4 ? { step: 44 } : {}))
const because = 'somebody did it'
const leapt = plus(
  plus(good, storyT + 70_000, { kind: 'clock-set', incidentMs: 70_000, runs: false, because }),
  storyT + 70_400,
  { kind: 'clock-set', incidentMs: 70_400, runs: true, because },
)

/** The incident's clock begins so long after the story. */
function begins(ms: number): RunRecord {
  const [first] = factsOf(good.facts, 'clock-set')
  return changed(good, 'clock-set', ({ n, t }) => (n === first?.n ? { t: t + ms } : {}))
}

/** One ms beyond what is allowed. */
export const boundRows: GateRow[] = [
  ['alert-times', 'two moments', twoMoments(251), /seen at two moments/],
  ['alert-times', 'noted before it was seen', seen(251), /noted before it was seen/],
  ['alert-times', 'seen before it was there', ahead(1_001), /seen before it was there/],
  ['alert-times', 'fired long before it was seen', ahead(-30_001), /fired 30\.0 s before it was seen/],
  ['alert-times', 'pending before the fault', before(251), /SuccessRateDropped, 0\.3 s before it/],
  ['journal-whole', 'an end noted late', noted(5_000), /it says that it took/],
  ['journal-whole', 'an end noted before it was', noted(-2), /it says that it took/],
  [
    'journal-whole',
    'a sum that is one off',
    ended(({ storyMs }) => ({ storyMs: storyMs + 1 })),
    /it says that it took/,
  ],
  ['fault-witnessed', 'an end seen early', closes(2_001), /its end was seen 2\.0 s before/],
  ['incident-clock', 'a step a little late', entered(251), /step 5 was entered 0\.3 s after its time/],
  ['incident-clock', 'begun a little early', begins(-251), /did not start with the story/],
  ['incident-clock', 'set forward while it stood', leapt, /set forward or back/],
  ['events-came', 'waited a little long', waits(51), /just before it/],
]

/** And what is just allowed. */
export const boundsWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  ['alert-times', 'two moments', twoMoments(250), /changes of alerts/],
  ['alert-times', 'noted as it was seen', seen(250), /changes of alerts/],
  ['alert-times', 'seen as it was there', ahead(1_000), /changes of alerts/],
  ['alert-times', 'pending with the fault', before(250), /changes of alerts/],
  ['journal-whole', 'an end noted late', noted(4_999), /facts of one run/],
  ['journal-whole', 'an end noted as it was', noted(-1), /facts of one run/],
  [
    'journal-whole',
    'a run that was all story',
    ended(({ wallMs }) => ({ storyMs: wallMs, overheadMs: 0 })),
    /facts of one run/,
  ],
  ['journal-whole', 'a run without one', ended(({ wallMs }) => ({ storyMs: 0, overheadMs: wallMs })), /one run/],
  ['fault-witnessed', 'an end seen early', closes(2_000), /there at start, middle and end/],
  ['incident-clock', 'begun a little early', begins(-40), /every step was entered at its time/],
  ['incident-clock', 'a step a little late', entered(247), /every step was entered at its time/],
  ['incident-clock', 'a step that nobody planned', unplanned, /every step was entered at its time/],
  ['events-came', 'waited a little long', waits(50), /1 event came/],
  [
    'events-came',
    'not waited at all',
    changed(awaited(true), 'event-awaited', () => ({ waitedMs: 0 })),
    /1 event came/,
  ],
]

/** For so much longer than since the step before. */
function waits(ms: number): RunRecord {
  const whole = awaited(true)
  const [fact] = factsOf(whole.facts, 'event-awaited')
  const end = factsOf(whole.facts, 'step-ended').findLast(({ n }) => n < (fact?.n ?? 0))
  return changed(whole, 'event-awaited', ({ t }) => ({ waitedMs: t - (end?.t ?? 0) + ms }))
}
