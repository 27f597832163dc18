import type { Fact, FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, replanned, storyT, twice, wallOf, without } from '../../../support/journal.ts'
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

const deploy = (fact: Fact) => fact.kind === 'undo-promised' && fact.id === 'u9'

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
  ['undo-first', 'no promise', without(good, (fact) => fact.kind === 'undo-promised'), /no undo was registered/],
  ['undo-first', 'a promise after the fault', moved(good, deploy, storyT + 400), /no undo was registered/],
  ['undo-first', 'a promise long before it', moved(good, deploy, storyT - 60), /no undo was registered/],
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
    /not the container that was started/,
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
  ['fault-witnessed', 'never over', without(good, (fact) => fact.kind === 'fault-undone'), /its end was not recorded/],
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
    /no observation was made after the undo/,
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

/** Sabotages of the run, its undo and its witnesses that once passed. */
export const proofRows: GateRow[] = [...oneRun, ...handsAndUndo, ...witnesses]
