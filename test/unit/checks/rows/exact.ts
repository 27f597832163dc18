import { type FactOf, factsOf, type NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, readyT, storyT, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'
import { surged } from './surges.ts'

type Sample = FactOf<'load-sample'>
type ClockSet = FactOf<'clock-set'>
const [injected] = factsOf(good.facts, 'fault-injected')
const faultT = injected?.startedT ?? 0
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0

/** An alert of which nothing else is said; by Prometheus so long before we saw it. */
const alert = (name: string, state: FactOf<'alert-changed'>['state'], t: number, agoMs = 350): NewFact => ({
  kind: 'alert-changed',
  alert: name,
  labels: { alertname: name, severity: 'critical' },
  summary: '',
  state,
  promAt: wallOf(t - agoMs),
  seenAt: wallOf(t),
  seenT: t,
  receiver: null,
})
const fires = (t: number, agoMs?: number) => plus(good, t, alert('Leak', 'firing', t, agoMs))
const overBefore = plus(
  plus(good, storyT - 3_000, alert('BackendDown', 'firing', storyT - 3_000)),
  storyT - 1_000,
  alert('BackendDown', 'resolved', storyT - 1_000),
)

/** Nothing was noted for so long, in the middle of the story. */
function silent(ms: number): RunRecord {
  const t = storyT + 55_000
  const because = 'looked at'
  const look: NewFact = { kind: 'observed', probe: 'a look', finding: 'well', because, evidence: {} }
  const emptied = without(good, (fact) => fact.t > t - 1 && fact.t < t + ms + 1)
  return plus(plus(emptied, t, look), t + ms, look)
}
const noted = (fromT: number, toT: number) => without(good, (fact) => fact.t > fromT && fact.t < toT)

const clock = (record: RunRecord, t: number, incidentMs: number, runs = true) =>
  plus(record, t, { kind: 'clock-set', incidentMs, runs, because: 'somebody did it' })
/** Set forward by so much, after the last step. */
const forward = (ms: number) => clock(clock(good, storyT + 76_000, 76_000), storyT + 76_400, 76_400 + ms)
const ofStep = (step: number, to: (set: ClockSet) => Partial<ClockSet>, record = good) =>
  changed(record, 'clock-set', (set) => (set.because === `step ${step} is entered` ? to(set) : {}))
/** The fifth step is entered at the last moment that is its own, so long after its clock was set. */
const afterClock = (ms: number) => {
  const enteredMs = 40_250
  const set = ofStep(5, () => ({ t: storyT + enteredMs - ms, incidentMs: enteredMs - ms }))
  return changed(set, 'step-entered', ({ step }) => (step === 4 ? { t: storyT + enteredMs } : {}))
}
/** The clock waits for the fifth step, and shows that many ms meanwhile. */
const waitsAt = (ms: number) => {
  const t = storyT + 40_100
  const late = ofStep(5, () => ({ t }), clock(good, storyT + ms, ms, false))
  return changed(late, 'step-entered', ({ step }) => (step === 4 ? { t } : {}))
}
const begins = (ms: number) => changed(good, 'clock-set', ({ n, t }) => (n === firstN ? { t: t + ms } : {}))
const firstN = factsOf(good.facts, 'clock-set')[0]?.n
const noStory = without(good, (fact) => fact.kind === 'phase-entered' && fact.phase === 'story')
/** Its third step waits for an event, and comes so long before the minute that it has. */
const untimed = (ms: number) => {
  const story = good.plan.story.map((step) => (step.step === 2 ? { ...step, untimed: true as const } : step))
  const early = ofStep(3, ({ t, incidentMs }) => ({ t: t - 3 - ms, incidentMs: incidentMs - 3 - ms }))
  const record = changed(early, 'step-entered', ({ step, t }) => (step === 2 ? { t: t - 3 - ms } : {}))
  return { ...record, plan: { ...record.plan, story } }
}

const isUsers = ({ source }: Pick<Sample, 'source'>) => source === 'users'
const userSeconds = factsOf(good.facts, 'load-sample').filter(isUsers)
const inStory = userSeconds.filter(({ fromT }) => fromT + 1_000 > storyT && fromT < undoT)
/** The story in so many seconds; late in all, and in some of them. */
function lateIn(seconds: number, late: number): RunRecord {
  const left = new Set(inStory.slice(seconds).map(({ n }) => n))
  const chosen = new Set(inStory.slice(0, late).map(({ n }) => n))
  const marked = changed(good, 'load-sample', ({ n }) => (chosen.has(n) ? { scheduleLagP99Ms: 50 } : {}))
  const closed = changed(marked, 'ledger-closed', () => ({ scheduleLagMs: { p50: 1, p99: 50, max: 90 } }))
  return without(closed, ({ n }) => left.has(n))
}
const lagging = (p99: number) =>
  changed(
    changed(good, 'load-sample', () => ({ scheduleLagP99Ms: 20 })),
    'ledger-closed',
    () => ({ scheduleLagMs: { p50: 1, p99, max: 90 } }),
  )
const unsentInSurge = changed(surged, 'load-sample', (sample) =>
  isUsers(sample) ? { ledger: { http_200: 49, not_sent: 1 } } : {},
)
/** So many seconds in all, and a thread that is busy in some of them. */
function busyIn(seconds: number, busy: number): RunRecord {
  const left = new Set(userSeconds.slice(seconds).map(({ n }) => n))
  const chosen = new Set(userSeconds.slice(0, busy).map(({ n }) => n))
  const record = changed(good, 'load-sample', ({ n }) => (chosen.has(n) ? { loopUtilisation: 0.9 } : {}))
  return without(record, ({ n }) => left.has(n))
}
const unsent = (source: 'users' | 'pressure', record = good) =>
  changed(record, 'ledger-closed', (closed) =>
    closed.source === source ? { planned: 100, ledger: { http_200: 98, not_sent: 2 } } : {},
  )
const pressure = factsOf(good.facts, 'load-sample').filter((sample) => !isUsers(sample))
/** A thread that is busy in half of its seconds, and in so many more. */
function halfBusy(more: number): RunRecord {
  const even = pressure.slice(0, pressure.length - (pressure.length % 2))
  const busy = new Set(even.slice(0, even.length / 2 + more).map(({ n }) => n))
  const odd = new Set(pressure.slice(even.length).map(({ n }) => n))
  const record = changed(good, 'load-sample', ({ n }) => (busy.has(n) ? { loopUtilisation: 0.95 } : {}))
  const spent = changed(record, 'ledger-closed', ({ source }) =>
    source === 'pressure' ? { ledger: { http_200: 90, not_sent: 10 } } : {},
  )
  return without(spent, ({ n }) => odd.has(n))
}

const checkedAt = (to: Partial<FactOf<'steady-checked'>>) => changed(good, 'steady-checked', () => to)
const [firstSecond] = userSeconds
const failing = (fromT: number, early = 300): Partial<Sample> => ({
  fromT,
  ledger: { http_200: 49, http_502: 1 },
  firstFailedT: faultT - early,
  lastFailedT: faultT - early,
})
/** The load's first second began so long after the steady state did, and one of its requests failed. */
const failedFirst = (ms: number) =>
  changed(good, 'load-sample', ({ n }) => (n === firstSecond?.n ? failing(faultT - 5_000 + ms, 4_800) : {}))
/** Nobody asked before the fault, and the first second began with it. */
const sinceFault = changed(
  without(good, (fact) => fact.kind === 'load-sample' && fact.fromT < storyT - 150),
  'load-sample',
  ({ fromT }) => ({ fromT: fromT + faultT - (storyT - 150) }),
)
const lastBefore = userSeconds.findLast(({ fromT }) => fromT < faultT)
const unaskedBefore = changed(good, 'load-sample', ({ n }) => (n === lastBefore?.n ? { planned: 0, ledger: {} } : {}))
/** Only the second in which a request failed before the fault had answers that took long. */
const slowFailing = changed(good, 'load-sample', ({ n, fromT, latencyMs }) =>
  n === lastBefore?.n ? { ...failing(fromT, 200), latencyMs: latencyMs && { ...latencyMs, p90: 300 } } : {},
)

/** One step beyond what is allowed. */
export const exactRows: GateRow[] = [
  ['alert-times', 'one that fired long before it was seen', fires(storyT + 60_000, 30_001), /fired 30\.0 s before/],
  [
    'alert-times',
    'one that came with the fault, and never waited',
    fires(faultT, 300),
    /by Prometheus's time or ours: Leak, 0\.3 s before it$/,
  ],
  ['clock-steady', 'asleep since it was steady', noted(readyT + 1, storyT - 40), /nothing was noted for 5\.2 s/],
  ['clock-steady', 'asleep until the story ended', noted(undoT - 6_000, undoT), /nothing was noted for 6\.\d s/],
  ['clock-steady', 'asleep a little long', silent(5_001), /nothing was noted for 5\.0 s/],
  ['incident-clock', 'begun a little late', begins(251), /did not start with the story/],
  ['incident-clock', 'set forward a little', forward(251), /set forward or back/],
  ['incident-clock', 'a step long after its clock was set', afterClock(251), /did not go on with step 5/],
  [
    'incident-clock',
    'a step that has the clock of the one before',
    without(good, (fact) => fact.kind === 'clock-set' && fact.because === 'step 2 is entered'),
    /did not go on with step 2/,
  ],
  ['incident-clock', 'stood a little before a step', waitsAt(39_998), /stood for no step: 0\.1 s/],
  ['incident-clock', 'an event that came early', untimed(251), /step 3 was entered 0\.3 s before its time/],
  ['load-healthy', 'late in every second', lagging(17.9), /no second was less than 20\.0 ms late/],
  ['load-healthy', 'late in more than four of eighty', lateIn(80, 5), /passed in 5 of 80 seconds/],
  ['load-healthy', 'busy in more than four of eighty', busyIn(80, 5), /overloaded: .* 5 of 80 seconds/],
  ['load-healthy', 'a busy thread', halfBusy(1), /of pressure were not sent, and its thread was busy/],
  ['steady-before', 'another p99 than the seconds have', checkedAt({ p99Ms: 15 }), /say otherwise.* p99 14 ms/],
  ['steady-before', 'failures as it began', failedFirst(0), /requests failed before the fault, in 1 second/],
  ['steady-before', 'nobody asked before the fault', sinceFault, /no request was seen just before the fault/],
  ['steady-before', 'a wait of what failed itself', slowFailing, /requests failed before the fault, in 1 second/],
]

/** And what is just allowed. */
export const exactWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  ['alert-times', 'one that fired long before it was seen', fires(storyT + 60_000, 30_000), /changes of alerts/],
  ['alert-times', 'one that was over before the fault', overBefore, /changes of alerts/],
  ['clock-steady', 'silent as long as may be', silent(5_000), /never silent for more than 5\.0 s/],
  ['incident-clock', 'begun a little late', begins(250), /every step was entered at its time/],
  ['incident-clock', 'a story that nobody noted', noStory, /every step was entered at its time/],
  ['incident-clock', 'set forward a little', forward(250), /every step was entered at its time/],
  ['incident-clock', 'a step long after its clock was set', afterClock(250), /every step was entered at its time/],
  ['incident-clock', 'stood a little before a step', waitsAt(39_999), /the clock stood 1 time, 0\.1 s/],
  ['incident-clock', 'an event that came early', untimed(250), /every step was entered at its time/],
  ['load-healthy', 'late in every second, and in all', lagging(18), /schedule lag p99 18\.0 ms/],
  ['load-healthy', 'late in four of eighty', lateIn(80, 4), /schedule lag p99 50\.0 ms/],
  ['load-healthy', 'busy in four of eighty seconds', busyIn(80, 4), /4 of 80 seconds over 90 % busy/],
  ['load-healthy', 'one of fifty not sent in a surge', unsentInSurge, /schedule lag/],
  ['load-healthy', 'one of fifty users not sent', unsent('users'), /2 % not sent/],
  ['load-healthy', 'a thread that is busy half of the time', halfBusy(0), /schedule lag/],
  [
    'load-healthy',
    'one of fifty not sent by a busy thread',
    unsent(
      'pressure',
      changed(good, 'load-sample', (sample) => (isUsers(sample) ? {} : { loopUtilisation: 0.95 })),
    ),
    /schedule lag/,
  ],
  ['steady-before', 'looked at as the story began', checkedAt({ t: storyT }), /200 requests, none failed/],
  ['steady-before', 'nearly the p99 that the seconds have', checkedAt({ p99Ms: 14.9 }), /200 requests, none failed/],
  ['steady-before', 'nobody asked in the last second', unaskedBefore, /200 requests, none failed/],
]
