import type { Fact, FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageAlert, plus, renumbered, replanned, storyT, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

const problem: NewFact = {
  kind: 'problem',
  code: 'AGENT_FAILED',
  message: 'Deliveries are not heard any more',
  hint: 'Alerts cannot be judged.',
  whose: 'harness',
}

const event = (action: string, service = 'api-2', because = ''): NewFact => {
  return { kind: 'service-event', service, action, because, container: `aaaaaaaaaaa${service === 'api-2' ? 4 : 0}` }
}

/** The record with the facts that match put somewhere else, in time too. */
const moved = (record: RunRecord, matches: (fact: Fact) => boolean, t: number): RunRecord => {
  return record.facts
    .filter(matches)
    .map(({ n: _n, t: _t, at: _at, ...fact }) => fact as NewFact)
    .reduce((rest, fact) => plus(rest, t, fact), without(record, matches))
}

const looks = (moment: FactOf<'fault-witnessed'>['moment']) => (fact: Fact) =>
  fact.kind === 'fault-witnessed' && fact.moment === moment

const twice = (record: RunRecord, matches: (fact: Fact) => boolean): RunRecord => {
  return { ...record, facts: renumbered(record.facts.flatMap((fact) => (matches(fact) ? [fact, fact] : [fact]))) }
}

const users = (fact: Fact) => fact.kind === 'load-sample' && fact.source === 'users'
const deploy = (fact: Fact) => fact.kind === 'undo-promised' && fact.id === 'u9'
const alertAt = (state: string, change: Partial<FactOf<'alert-changed'>>) =>
  changed(good, 'alert-changed', (fact) => (fact.alert === outageAlert && fact.state === state ? change : {}))

const oneRun: GateRow[] = [
  [
    'journal-whole',
    'of another plan',
    { ...good, plan: { ...good.plan, checks: good.plan.checks.slice(0, 1) } },
    /plan\.json is not/,
  ],
  [
    'journal-whole',
    'of an older badgateway',
    changed(good, 'run-started', () => ({ planHash: undefined })),
    /older badgateway/,
  ],
  ['journal-whole', 'a second begin', twice(good, (fact) => fact.kind === 'run-started'), /another run begins/],
  ['journal-whole', 'a second end', twice(good, (fact) => fact.kind === 'run-ended'), /ends more than once/],
  ['journal-whole', 'something after the end', plus(good, 9e9, problem), /after the end of the run: problem/],
  [
    'journal-whole',
    'time that goes back',
    changed(good, 'observed', ({ t }) => ({ t: t - 30_000 })),
    /monotonic time goes back/,
  ],
  [
    'journal-whole',
    'wall time that goes back',
    changed(good, 'observed', ({ t }) => ({ at: wallOf(t - 200) })),
    /wall time goes back/,
  ],
  [
    'journal-whole',
    'a phase entered twice',
    twice(good, (fact) => fact.kind === 'phase-entered' && fact.phase === 'story'),
    /'story' is entered again/,
  ],
  ['journal-whole', 'another scale', replanned(good, { incidentMinuteMs: 500 }), /1000 ms a minute/],
  [
    'journal-whole',
    'another step',
    changed(good, 'step-entered', ({ step }) => (step === 3 ? { title: 'Something else' } : {})),
    /not the one that the plan has/,
  ],
  [
    'journal-whole',
    'a step that ends twice',
    twice(good, (fact) => fact.kind === 'step-ended' && fact.step === 3),
    /step 3 ends twice/,
  ],
  [
    'clock-steady',
    'a clock set before the story',
    changed(good, 'stack-ready', ({ t }) => ({ at: wallOf(t + 900) })),
    /900 ms apart/,
  ],
]

const handsAndUndo: GateRow[] = [
  ['undo-first', 'no promise', without(good, (fact) => fact.kind === 'undo-promised'), /no undo was promised/],
  ['undo-first', 'a promise after the fault', moved(good, deploy, storyT + 400), /no undo was promised/],
  ['undo-first', 'a promise long before it', moved(good, deploy, storyT - 60), /no undo was promised/],
  [
    'undo-first',
    'a promise that is gone',
    without(good, (fact) => (fact.kind === 'undo-promised' || fact.kind === 'undo-done') && fact.id === 'u5'),
    /u5 is not on record/,
  ],
  [
    'undo-first',
    'a name twice',
    twice(good, (fact) => fact.kind === 'undo-promised' && fact.id === 'u5'),
    /two undos are called u5/,
  ],
  [
    'undo-first',
    'undone before it was promised',
    moved(good, (fact) => fact.kind === 'undo-done' && fact.id === 'u4', 200),
    /u4 was undone before/,
  ],
  ...[
    'kill',
    'stop',
    'start',
    'restart',
    'pause',
    'unpause',
    'update',
    'rename',
    'connect',
    'disconnect',
    'destroy',
  ].map(
    (action): GateRow => [
      'no-foreign-hand',
      `a foreign ${action}`,
      plus(good, storyT + 40_000, event(action)),
      new RegExp(`api-2: ${action} at 15:10`),
    ],
  ),
  [
    'no-foreign-hand',
    'a program that ended by itself',
    plus(good, storyT + 40_000, event('die')),
    /api-2 ended by itself at 15:10/,
  ],
  [
    'no-foreign-hand',
    'a kill for want of memory',
    plus(good, storyT + 40_000, event('oom')),
    /api-2 was killed for its memory/,
  ],
  ['no-foreign-hand', 'a second start', plus(good, storyT + 66_000, event('start', 'proxy-1')), /proxy-1: start/],
  [
    'no-foreign-hand',
    'a restart that is no call of ours',
    without(good, (fact) => fact.kind === 'engine-called'),
    /proxy-1: kill \(signal 3\)/,
  ],
  [
    'no-foreign-hand',
    'events of another container',
    changed(good, 'service-event', () => ({ container: 'ffffffffffff' })),
    /proxy-1: kill/,
  ],
  [
    'no-foreign-hand',
    'another container was raised',
    changed(good, 'stack-ready', ({ services }) => ({
      services: services.map((one) => ({ ...one, container: 'f'.repeat(12) })),
    })),
    /not the container that was raised/,
  ],
  [
    'no-foreign-hand',
    'never looked at',
    without(good, (fact) => fact.kind === 'stack-seen' && fact.moment === 'end'),
    /were not looked at/,
  ],
  [
    'no-foreign-hand',
    'started anew, and nobody heard',
    seenAtEnd({ startedAt: wallOf(storyT) }),
    /web-1: it was started anew, and nothing was heard/,
  ],
  ['no-foreign-hand', 'paused', seenAtEnd({ paused: true }), /web-1: it is paused/],
  ['no-foreign-hand', 'down', seenAtEnd({ running: false }), /web-1: it runs no more/],
  ['no-foreign-hand', 'another limit', seenAtEnd({ memoryLimit: 9 }), /web-1: its memory limit/],
  [
    'no-foreign-hand',
    'another container at the end',
    seenAtEnd({ container: 'f'.repeat(12) }),
    /web-1: another container has taken its place/,
  ],
  [
    'harness-well',
    'a problem of its own',
    plus(good, storyT + 40_000, problem),
    /Deliveries are not heard any more \(of the harness\)/,
  ],
]

function seenAtEnd(change: Partial<FactOf<'stack-seen'>['services'][number]>): RunRecord {
  return changed(good, 'stack-seen', ({ moment, services }) => {
    return moment === 'ready'
      ? {}
      : { services: services.map((one) => (one.service === 'web-1' ? { ...one, ...change } : one)) }
  })
}

const witnesses: GateRow[] = [
  [
    'fault-witnessed',
    'before, after it had begun',
    moved(good, looks('before'), storyT + 100),
    /before it came when it had begun/,
  ],
  [
    'fault-witnessed',
    'start, before it had begun',
    moved(good, looks('start'), storyT + 8),
    /its start was seen before/,
  ],
  ['fault-witnessed', 'start, long after', moved(good, looks('start'), storyT + 20_000), /long after it had begun/],
  [
    'fault-witnessed',
    'three looks at one moment',
    moved(moved(good, looks('middle'), storyT + 261), looks('end'), storyT + 262),
    /its end was seen 6\d\.\d s before it was over/,
  ],
  [
    'fault-witnessed',
    'middle at the end',
    moved(good, looks('middle'), storyT + 64_899),
    /middle was not seen between/,
  ],
  [
    'fault-witnessed',
    'middle after the end',
    moved(good, looks('middle'), storyT + 65_500),
    /middle was not seen between/,
  ],
  [
    'fault-witnessed',
    'end when it was over',
    moved(good, looks('end'), storyT + 70_000),
    /its end was seen when it was over/,
  ],
  [
    'fault-witnessed',
    'never over',
    without(good, (fact) => fact.kind === 'fault-undone'),
    /nobody noted that it was over/,
  ],
  [
    'fault-witnessed',
    'two of one name',
    twice(good, (fact) => fact.kind === 'fault-injected'),
    /two faults are called the deploy/,
  ],
  [
    'fault-witnessed',
    'a witness of something else',
    changed(good, 'fault-witnessed', ({ moment }) => (moment === 'end' ? { fault: 'another' } : {})),
    /looked at another, which was never injected/,
  ],
  [
    'restored',
    'no look after the undo',
    moved(good, looks('after'), storyT + 70_000),
    /nobody looked whether it was gone/,
  ],
  [
    'restored',
    'compared before the undo',
    moved(good, (fact) => fact.kind === 'world-compared', storyT + 70_000),
    /compared with before when not everything/,
  ],
  [
    'restored',
    'clean, with differences',
    changed(good, 'world-compared', () => ({ differences: ['a network'] })),
    /the machine differs: a network/,
  ],
]

const books: GateRow[] = [
  [
    'ledger-balanced',
    'a load closed twice',
    twice(good, (fact) => fact.kind === 'ledger-closed' && fact.source === 'pressure'),
    /pressure was closed twice/,
  ],
  ['ledger-balanced', 'compared twice', twice(good, (fact) => fact.kind === 'proxy-reconciled'), /compared twice/],
  [
    'ledger-balanced',
    'more matched than answered',
    changed(good, 'proxy-reconciled', ({ matched }) => ({ matched: matched + 1 })),
    /of 21750 answers only 21751/,
  ],
  [
    'ledger-balanced',
    'lost without a loss',
    changed(good, 'proxy-reconciled', () => ({ lostButLogged: 3 })),
    /the clients lost only 0/,
  ],
  [
    'ledger-balanced',
    'the log not counted',
    changed(good, 'proxy-reconciled', () => ({ logged: undefined })),
    /nobody counted/,
  ],
  [
    'ledger-balanced',
    'a log of other size',
    changed(good, 'proxy-reconciled', () => ({ logged: 43_500 })),
    /logged 43500 requests of the loads, the books know 21750/,
  ],
  [
    'ledger-balanced',
    'a second of the log twice',
    twice(good, (fact) => fact.kind === 'proxy-sample' && fact.n < 200),
    /log is told twice/,
  ],
  [
    'ledger-balanced',
    'a log that lost half',
    changed(good, 'proxy-sample', () => ({ ofLoads: 100 })),
    /but 8\d00 by the second/,
  ],
  [
    'ledger-balanced',
    'other statuses in the log',
    changed(good, 'proxy-sample', () => ({ byStatus: { '200': 250 } })),
    /answers 502, the proxy logged fewer/,
  ],
  ['load-as-planned', 'a second twice', twice(good, (fact) => users(fact) && fact.n < 200), /told twice/],
  [
    'load-as-planned',
    'nobody asked for a while',
    changed(good, 'load-sample', ({ source, fromT }) =>
      source === 'users' && fromT > storyT + 30_000 ? { planned: 0 } : {},
    ),
    /0 requests in a second for which the plan has 50/,
  ],
  [
    'load-as-planned',
    'a little less than planned',
    changed(good, 'load-sample', ({ source }) => (source === 'users' ? { planned: 47 } : {})),
    /47 requests in a second/,
  ],
  [
    'load-as-planned',
    'more than planned',
    changed(good, 'load-sample', ({ source }) => (source === 'users' ? { planned: 60 } : {})),
    /60 requests in a second/,
  ],
  [
    'load-as-planned',
    'a plan of other load',
    replanned(good, { load: { users: { ratePerS: 80 } } }),
    /the plan has 80/,
  ],
  ['load-as-planned', 'a plan without load', replanned(good, { load: {} }), /does not tell/],
  ['load-as-planned', 'nobody seen', without(good, users), /no sample of the users/],
]

const monitoring: GateRow[] = [
  [
    'monitor-alive',
    'no target up',
    changed(good, 'monitor-sample', () => ({ targetsUp: 0, targetsDown: ['backend api-1'] })),
    /none of its targets/,
  ],
  [
    'monitor-alive',
    'a dead target',
    changed(good, 'monitor-sample', () => ({ targetsUp: 8, targetsDown: ['backend database-1'] })),
    /backend database-1 was down in \d+ of/,
  ],
  [
    'monitor-alive',
    'targets that vanish',
    changed(good, 'monitor-sample', ({ t }) => (t > storyT + 30_000 ? { targetsUp: 5 } : {})),
    /of 9 targets some were not there/,
  ],
  [
    'monitor-alive',
    'no rules',
    changed(good, 'stack-snapshot', ({ snapshot }) => ({ snapshot: { ...snapshot, rules: {} } })),
    /no rule but that of the Watchdog/,
  ],
  [
    'monitor-alive',
    'rules unknown',
    changed(good, 'stack-snapshot', ({ snapshot }) => ({ snapshot: { ...snapshot, rules: null } })),
    /which rules Prometheus has/,
  ],
  [
    'alert-times',
    'pending before the fault',
    alertAt('pending', { promAt: wallOf(storyT - 900) }),
    /SuccessRateDropped, 0\.9 s before it/,
  ],
  [
    'alert-times',
    'firing before the fault, by Prometheus',
    alertAt('firing', { promAt: wallOf(storyT - 9_000) }),
    /9\.0 s before it/,
  ],
  [
    'alert-times',
    'begun before the fault, by Alertmanager',
    alertAt('delivered', { promAt: wallOf(storyT - 5_000) }),
    /5\.0 s before it/,
  ],
  [
    'alert-times',
    'seen before it was there',
    alertAt('firing', { promAt: wallOf(storyT + 60_000) }),
    /before it was there, by Prometheus/,
  ],
  ['alert-times', 'without a time', alertAt('firing', { promAt: null }), /Prometheus gives no time/],
  ['alert-times', 'seen at two moments', alertAt('firing', { seenT: storyT + 1_000 }), /at two moments/],
  [
    'alert-times',
    'noted before it was seen',
    changed(good, 'alert-changed', ({ t, state }) =>
      state === 'delivered' ? { seenT: t + 900, seenAt: wallOf(t + 900) } : {},
    ),
    /noted before it was seen/,
  ],
  [
    'alert-times',
    'seen late',
    changed(good, 'alert-changed', ({ seenT, state }) =>
      state === 'firing' ? { promAt: wallOf(seenT - 31_000) } : {},
    ),
    /31\.0 s before it was seen/,
  ],
]

/** Sabotages that once passed. */
export const proofRows: GateRow[] = [...oneRun, ...handsAndUndo, ...witnesses, ...books, ...monitoring]
