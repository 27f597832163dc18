import { type Fact, type FactOf, factsOf, type NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, storyT, twice, without, withoutKind } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good, stopped } from './row.ts'
import { surged } from './surges.ts'

const looseOf = ({ n: _n, t: _t, at: _at, ...fact }: Fact): NewFact => fact as NewFact

/** The facts that match noted at another instant. */
const at = (record: RunRecord, matches: (fact: Fact) => boolean, t: number): RunRecord =>
  record.facts.filter(matches).reduce((rest, fact) => plus(rest, t, looseOf(fact)), without(record, matches))

const isKind = (kind: Fact['kind']) => (fact: Fact) => fact.kind === kind
const undone = (by: FactOf<'fault-undone'>['by']) => changed(good, 'fault-undone', () => ({ by }))
const elsewhere = /did something else than the plan has there/

const deedRows: GateRow[] = [
  ['deeds-told', 'another fault', changed(good, 'fault-injected', () => ({ faultKind: 'cpu-burn' })), elsewhere],
  ['deeds-told', 'a fault of another name', changed(good, 'fault-injected', () => ({ fault: 'x' })), elsewhere],
  ['deeds-told', 'another remedy', changed(good, 'remedy-applied', () => ({ remedyKind: 'scale-out' })), elsewhere],
  ['deeds-told', 'a remedy of another name', changed(good, 'remedy-applied', () => ({ remedy: 'x' })), elsewhere],
  ['deeds-told', 'another look', changed(good, 'observed', () => ({ probe: 'connections' })), elsewhere],
  ['deeds-told', 'begun before its step', changed(good, 'remedy-applied', () => ({ startedT: storyT })), elsewhere],
  [
    'deeds-told',
    'begun when it was over',
    changed(good, 'fault-injected', ({ t }) => ({ startedT: t + 9 })),
    elsewhere,
  ],
  ['deeds-told', 'a look twice', twice(good, isKind('observed')), /did it twice: database-healthy/],
  ['deeds-told', 'a look in another step', at(good, isKind('observed'), storyT + 500), elsewhere],
  ['deeds-told', 'a look between steps', at(good, isKind('observed'), storyT + 15_000), /was in no step of the story/],
  ['deeds-told', 'a remedy between steps', at(good, isKind('remedy-applied'), storyT + 60_000), /was in no step/],
  ['deeds-told', 'over twice', twice(good, isKind('fault-undone')), /was over twice/],
  ['deeds-told', 'over by a measure', undone('measure'), /was not over by a measure/],
  ['deeds-told', 'over by its undo in the story', undone('undo'), /was not over by its undo/],
  ['deeds-told', 'over by a remedy to come', at(good, isKind('fault-undone'), storyT + 65_500), /not over by a remedy/],
  [
    'deeds-told',
    'over by a remedy long ago',
    at(good, isKind('fault-undone'), storyT + 74_000),
    /not over by a remedy/,
  ],
  [
    'deeds-told',
    'over by itself before the story',
    at(undone('itself'), isKind('fault-undone'), storyT - 5),
    /was not over by itself/,
  ],
  [
    'deeds-told',
    'over by itself when all was lowered',
    at(undone('itself'), isKind('fault-undone'), 9e6),
    /was not over by itself/,
  ],
  [
    'deeds-told',
    'over by its undo, though a measure stopped it',
    plus(stopped, storyT + 250, { kind: 'fault-undone', fault: 'the deploy', by: 'undo', because: '' }),
    /was not over by its undo/,
  ],
]

type Sample = FactOf<'load-sample'>
const users = (to: (sample: Sample) => Partial<Sample>) =>
  changed(good, 'load-sample', (sample) => (sample.source === 'users' ? to(sample) : {}))
const failing = (to: (sample: Sample) => Partial<Sample>) =>
  users((sample) => (sample.firstFailedT === null ? {} : to(sample)))
const latency = (more: object) =>
  changed(good, 'load-sample', ({ latencyMs }) => ({ latencyMs: latencyMs && { ...latencyMs, ...more } }))
const zero = { p50: 0, p75: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 }
const others = /the users who failed are others/

const secondRows: GateRow[] = [
  [
    'seconds-told',
    'no latency',
    changed(good, 'load-sample', () => ({ latencyMs: null })),
    /the latency of \d+ requests was not/,
  ],
  ['seconds-told', 'latencies of nothing', latency(zero), /the latencies are none/],
  ['seconds-told', 'latencies that fall', latency({ p99: 1 }), /the latencies are none/],
  ['seconds-told', 'a latency below zero', latency({ p50: -1 }), /the latencies are none/],
  [
    'seconds-told',
    'a latency of no request',
    users(() => ({ ledger: {}, planned: 0, usersActive: [], usersFailed: [] })),
    /no request ended, and yet took its time/,
  ],
  ['seconds-told', 'told before it was over', users(({ t }) => ({ t: t - 600 })), /recorded before it was over/],
  [
    'seconds-told',
    'failed at no time',
    failing(() => ({ firstFailedT: null, lastFailedT: null })),
    /the time of \d+ failed requests/,
  ],
  [
    'seconds-told',
    'failed last at no time',
    failing(() => ({ lastFailedT: null })),
    /failed requests was not recorded/,
  ],
  [
    'seconds-told',
    'failed in another second',
    failing(({ fromT }) => ({ lastFailedT: fromT + 1_400 })),
    /another time/,
  ],
  ['seconds-told', 'failed a second before', failing(({ fromT }) => ({ firstFailedT: fromT - 900 })), /another time/],
  [
    'seconds-told',
    'failed last before it failed first',
    failing(({ fromT }) => ({ firstFailedT: fromT + 600, lastFailedT: fromT + 500 })),
    /another time/,
  ],
  [
    'seconds-told',
    'failed, and none did',
    users(({ fromT }) => ({ firstFailedT: fromT + 1, lastFailedT: fromT + 2 })),
    /requests failed at another time/,
  ],
  ['seconds-told', 'failures of nobody', failing(() => ({ usersFailed: [] })), others],
  ['seconds-told', 'users who failed and none did', users(() => ({ usersFailed: [1] })), others],
  ['seconds-told', 'users who failed and never asked', failing(() => ({ usersFailed: [999] })), others],
  ['seconds-told', 'a user twice', users(() => ({ usersActive: [1, 1] })), /a user is recorded twice/],
  ['seconds-told', 'nobody who asked', users(() => ({ usersActive: [] })), /the users are not those who asked/],
  [
    'seconds-told',
    'more users than requests',
    users(() => ({ usersActive: Array.from({ length: 51 }, (_, one) => one) })),
    /not those who asked/,
  ],
]

const last = factsOf(good.facts, 'load-sample').at(-1)?.t ?? 0
const end = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
const seen = (moment: 'ready' | 'end') => (fact: Fact) => fact.kind === 'stack-seen' && fact.moment === moment
type Services = FactOf<'stack-seen'>['services']
const looked = (moment: 'ready' | 'end', to: (one: Services[number]) => Partial<Services[number]>) =>
  changed(good, 'stack-seen', (fact) =>
    fact.moment === moment ? { services: fact.services.map((one) => ({ ...one, ...to(one) })) } : {},
  )
const steady = (to: Partial<FactOf<'steady-checked'>>) => changed(good, 'steady-checked', () => to)
const surgeBegins = (fact: Fact) => fact.kind === 'load-changed' && fact.surge === 1 && fact.ratePerS !== 0
const outOfTime = /looked at out of their time/
const otherwise = /the seconds before say otherwise of the steady state: 200 requests, 0 failed, p99 14 ms/

const instrumentRows: GateRow[] = [
  ['steady-before', 'a slower steady state', steady({ p99Ms: 4_000 }), otherwise],
  ['steady-before', 'more requests', steady({ requests: 201 }), otherwise],
  ['steady-before', 'failures', steady({ failed: 1 }), otherwise],
  ['steady-before', 'before its phase', at(good, isKind('steady-checked'), 5), /looked at before its phase/],
  ['ledger-balanced', 'closed early', at(good, isKind('ledger-closed'), storyT + 9), /closed before the story was/],
  [
    'ledger-balanced',
    'closed before its last second',
    at(good, (fact) => fact.kind === 'load-sample' && fact.t === last, end + 9_999),
    /was closed before its last second/,
  ],
  ['ledger-balanced', 'compared early', at(good, isKind('proxy-reconciled'), end + 1), /compared before that of/],
  [
    'ledger-balanced',
    'a surge noted late',
    at(surged, surgeBegins, storyT + 25_000),
    /pressure of surge 1 was not noted when it began/,
  ],
  [
    'ledger-balanced',
    'a surge begun twice',
    twice(surged, surgeBegins),
    /surge 1 was not noted when it began, or twice/,
  ],
  [
    'load-as-planned',
    'users who go',
    without(good, (fact) => fact.kind === 'load-sample' && fact.source === 'users' && fact.fromT > end - 3_500),
    /the users went [23]\.\d s before the story ended/,
  ],
  [
    'load-as-planned',
    'pressure that goes',
    without(good, (fact) => fact.kind === 'load-sample' && fact.source === 'pressure' && fact.fromT > end - 3_500),
    /the pressure went [23]\.\d s before the story ended/,
  ],
  [
    'load-as-planned',
    'pressure that comes late',
    without(good, (fact) => fact.kind === 'load-sample' && fact.source === 'pressure' && fact.fromT < storyT + 3_000),
    /the pressure came when the story had begun/,
  ],
  [
    'load-as-planned',
    'no pressure',
    without(good, (fact) => fact.kind === 'load-sample' && fact.source === 'pressure'),
    /no sample of the pressure/,
  ],
  [
    'load-as-planned',
    'half of the users',
    users(({ usersActive }) => ({ usersActive: usersActive.slice(25) })),
    /25 users in a second for which the plan has 50/,
  ],
  [
    'load-healthy',
    'late by the second, and not in all',
    changed(good, 'load-sample', () => ({ scheduleLagP99Ms: 400 })),
    /no second was less than 400\.0 ms late/,
  ],
  ['no-foreign-hand', 'never ready', withoutKind(good, 'stack-ready'), /ready 0 times/],
  ['no-foreign-hand', 'ready twice', twice(good, isKind('stack-ready')), /ready 2 times/],
  ['no-foreign-hand', 'three looks', twice(good, seen('end')), /more than twice/],
  ['no-foreign-hand', 'looked at in the story', at(good, seen('ready'), storyT + 9), outOfTime],
  ['no-foreign-hand', 'looked at before the end', at(good, seen('end'), storyT + 9), outOfTime],
  ['no-foreign-hand', 'looked at when all was undone', at(good, seen('end'), 9e6), outOfTime],
  ['no-foreign-hand', 'paused when ready', looked('ready', () => ({ paused: true })), /did not run when the stack/],
  ['no-foreign-hand', 'down when ready', looked('ready', () => ({ running: false })), /did not run when the stack/],
  [
    'no-foreign-hand',
    'one more was raised',
    changed(good, 'stack-ready', ({ services: [one, ...more] }) => ({
      services: one ? [...more, one, { ...one, service: '', container: 'f'.repeat(64) }] : [],
    })),
    / is not the container that was started/,
  ],
  [
    'no-foreign-hand',
    'started when nothing was heard',
    looked('end', ({ startedAt }) => ({ startedAt: new Date(Date.parse(startedAt) + 20_000).toISOString() })),
    /it was started anew, and nothing was heard/,
  ],
  [
    'no-foreign-hand',
    'said to be started, and was not',
    looked('end', () => ({ startedAt: '2026-03-01T14:20:02.000Z' })),
    /it was said to be started, and was not/,
  ],
  [
    'no-foreign-hand',
    'down, though it was started last',
    looked('end', ({ service }) => ({ running: service !== 'proxy-1' })),
    /proxy-1: it runs no more/,
  ],
  [
    'no-foreign-hand',
    'an event of another service',
    changed(good, 'service-event', () => ({ service: 'web-1' })),
    /web-1 is recorded for the container of proxy-1/,
  ],
  [
    'no-foreign-hand',
    'a call of a quarter of an hour',
    changed(good, 'engine-called', ({ t }) => ({ startedT: t - 900_000 })),
    /caused from outside/,
  ],
  [
    'no-foreign-hand',
    'a call that began when it was over',
    changed(good, 'engine-called', ({ t }) => ({ startedT: t + 251 })),
    /caused from outside/,
  ],
]

const undo = (to: (fact: FactOf<'undo-done'>) => Partial<FactOf<'undo-done'>>) => changed(good, 'undo-done', to)
const u4 = (fact: Fact) => fact.kind === 'undo-done' && fact.id === 'u4'

const endRows: GateRow[] = [
  ['journal-whole', 'of another title', changed(good, 'run-started', () => ({ title: 'x' })), /the journal is of 'x'/],
  ['journal-whole', 'completed by the guard', changed(good, 'run-ended', () => ({ by: 'guard' })), /the guard says/],
  ['journal-whole', 'an end of another length', changed(good, 'run-ended', () => ({ wallMs: 9 })), /it took 9 ms/],
  ['journal-whole', 'no sum', changed(good, 'run-ended', () => ({ storyMs: 9 })), /it says that it took/],
  [
    'journal-whole',
    'less than nothing',
    changed(good, 'run-ended', ({ wallMs }) => ({ storyMs: wallMs + 5, overheadMs: -5 })),
    /it says that it took/,
  ],
  [
    'journal-whole',
    'a longer end',
    changed(good, 'run-ended', ({ wallMs, storyMs }) => ({ wallMs: wallMs + 99, overheadMs: wallMs + 99 - storyMs })),
    /it says that it took/,
  ],
  ['journal-whole', 'a step of other words', changed(good, 'step-entered', () => ({ what: {} })), /something else/],
  ['restored', 'undone by the guard', undo(() => ({ by: 'guard' })), /undone by the guard while the harness/],
  ['restored', 'undone by a sweep', undo(({ id }) => (id === 'u4' ? { by: 'sweep' } : {})), /undone by the sweep/],
  ['restored', 'undone twice', twice(good, u4), /undone more than once/],
  [
    'restored',
    'failed, then done',
    plus(good, end + 5, { kind: 'undo-done', id: 'u4', ok: false, by: 'harness', because: 'no' }),
    /undone more than once/,
  ],
  ['restored', 'undone in the story', at(good, u4, storyT + 9), /undone while the story ran/],
  ['restored', 'compared twice', twice(good, isKind('world-compared')), /compared with before twice/],
  [
    'incident-clock',
    'a step without it',
    without(good, (fact) => fact.kind === 'clock-set' && fact.because.includes('step 4 ')),
    /did not go on with step 4/,
  ],
  [
    'incident-clock',
    'standing at a step',
    changed(good, 'clock-set', ({ because }) => (because.includes('step 8 ') ? { runs: false } : {})),
    /did not go on with step 8/,
  ],
  [
    'incident-clock',
    'set long before a step',
    at(good, (fact) => fact.kind === 'clock-set' && fact.because.includes('step 8 '), storyT + 74_000),
    /did not go on with step 8|set forward/,
  ],
  [
    'fault-witnessed',
    'before, long before it',
    at(good, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'before', storyT - 900),
    /the look before it came long before it/,
  ],
  [
    'fault-witnessed',
    'stopped, and no observation was made then',
    without(stopped, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'after'),
    /no observation was made after it was stopped/,
  ],
  ['alert-times', 'of another name', changed(good, 'alert-changed', () => ({ alert: 'X' })), /otherwise by its labels/],
  [
    'story-complete',
    'a fault that was not',
    changed(good, 'step-ended', ({ step }) => (step === 0 ? { ok: false, because: 'nothing is there' } : {})),
    /went wrong and no check can tell why: nothing is there/,
  ],
]

export const toldRows: GateRow[] = [...deedRows, ...secondRows, ...instrumentRows, ...endRows]
