import { type Fact, type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, replanned, storyT, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good, stopped } from './row.ts'

/** Each with what its neighbour in the same gate would have said. */
const phase = (name: FactOf<'phase-entered'>['phase']) => (fact: Fact) =>
  fact.kind === 'phase-entered' && fact.phase === name
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase: name }) => name === 'undo')?.t ?? 0
const ended = (to: Partial<FactOf<'run-ended'>>) => changed(good, 'run-ended', () => to)
const stepEnds = (step: number) => (fact: Fact) => fact.kind === 'step-ended' && fact.step === step
const later = (record: RunRecord, matches: (fact: Fact) => boolean, t: number): RunRecord =>
  record.facts.filter(matches).reduce(
    (rest, { n: _n, t: _t, at: _at, ...fact }) => {
      return plus(rest, t, fact)
    },
    without(record, matches),
  )

const after = (fact: Fact) => fact.kind === 'fault-witnessed' && fact.moment === 'after'
const u9 = (fact: Fact) => fact.kind === 'undo-done' && fact.id === 'u9'

/** Its third step comes when its event does, at whatever time. */
const untimed = (() => {
  const story = good.plan.story.map((step) => (step.step === 2 ? { ...step, untimed: true as const } : step))
  return changed(replanned(good, { story }), 'step-entered', ({ step }) => (step === 2 ? { clock: '14:51' } : {}))
})()

/** Undone and compared by the guard, for the harness had died. */
export const guarded = (() => {
  const cut = without(good, ({ t, kind }) => t > storyT + 9_000 && kind !== 'undo-done' && kind !== 'world-compared')
  return changed(cut, 'undo-done', () => ({ by: 'guard' }))
})()

export const endingRows: GateRow[] = [
  [
    'journal-whole',
    'no begin',
    without(good, ({ kind }) => kind === 'run-started'),
    /does not begin with the start of/,
  ],
  ['journal-whole', 'a phase left out', without(good, phase('lower')), /the phase 'lower' was never entered/],
  [
    'journal-whole',
    'a step that ends before it begins',
    later(good, stepEnds(4), storyT + 39_000),
    /ends twice, or before/,
  ],
  [
    'journal-whole',
    'a step in the middle of another',
    later(good, stepEnds(3), storyT + 45_000),
    /began before the one/,
  ],
  ['journal-whole', 'a step after the story', later(good, stepEnds(7), undoT + 9), /step 7 is outside of the story/],
  [
    'journal-whole',
    'a step before the story',
    later(good, (fact) => fact.kind === 'step-entered' && fact.step === 0, storyT - 5),
    /step 0 is outside of the story/,
  ],
  [
    'restored',
    'not undone, and compared too early',
    later(without(good, u9), (fact) => fact.kind === 'world-compared', undoT + 1),
    /not undone: the configuration before the deploy/,
  ],
  [
    'restored',
    'compared before all was taken down',
    later(good, (fact) => fact.kind === 'world-compared', undoT + 2_299),
    /compared with before when not everything was undone and taken down/,
  ],
  [
    'restored',
    'another fault looked at after the undo',
    changed(good, 'fault-witnessed', ({ moment }) => (moment === 'after' ? { fault: 'another' } : {})),
    /the deploy: no observation was made after the undo/,
  ],
]

/** What is no harm, though it looks like it. */
export const soundRows: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  ['journal-whole', 'failed by the guard', ended({ reason: 'killed', by: 'guard', wallMs: 3 }), /facts of one run/],
  [
    'journal-whole',
    'failed before it was steady',
    without(ended({ reason: 'failed' }), phase('lower')),
    /facts of one run/,
  ],
  [
    'journal-whole',
    'ended a moment after its figures',
    changed(good, 'run-ended', ({ t }) => ({ t: t + 900 })),
    /one run/,
  ],
  ['journal-whole', 'a step without a time of its own', untimed, /facts of one run/],
  [
    'restored',
    'nothing promised',
    without(good, ({ kind }) => kind === 'undo-promised' || kind === 'undo-done'),
    /^no undo was registered, and the machine is as before$/,
  ],
  ['restored', 'stopped, and not looked at again', without(stopped, after), /registered undos done/],
]
