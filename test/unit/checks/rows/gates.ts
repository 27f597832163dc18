import type { FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageJournal, plus, storyT, wallOf, without, withoutKind } from '../../../support/journal.ts'
import { bookRows } from './books.ts'
import { boundRows } from './bounds.ts'
import { containerRows } from './containers.ts'
import { courseRows } from './course.ts'
import { edgeRows } from './edges.ts'
import { endingRows } from './ends.ts'
import { eventRows } from './events.ts'
import { exactRows } from './exact.ts'
import { exactToldRows } from './exact-told.ts'
import { incidentClockRows } from './incident-clock.ts'
import { type GateRow, instrumentRows } from './instruments.ts'
import { proofRows } from './proof.ts'
import { good } from './row.ts'
import { sightRows } from './sights.ts'
import { sumRows } from './sums.ts'
import { toldRows } from './told.ts'
import { strangeRows } from './told-well.ts'

export type Moment = FactOf<'fault-witnessed'>['moment']

/** The looks of one moment changed. */
export const only = <K extends 'fault-witnessed'>(record: RunRecord, moment: Moment, change: Partial<FactOf<K>>) =>
  changed(record, 'fault-witnessed', (fact) => (fact.moment === moment ? change : {}))

const firing = (alert: string, t: number): NewFact => ({
  kind: 'alert-changed',
  alert,
  labels: { alertname: alert },
  summary: '',
  state: 'firing',
  promAt: wallOf(t),
  seenAt: wallOf(t),
  seenT: t,
  receiver: null,
})

/** Records that a gate must not let pass, and what it says. */
const experimentRows: GateRow[] = [
  ['journal-whole', 'of another variant', { ...good, plan: { ...good.plan, variant: 'other' } }, /the plan of/],
  ['journal-whole', 'torn', { ...good, torn: 2 }, /2 lines/],
  ['journal-whole', 'with a hole', { ...good, facts: good.facts.filter((fact) => fact.n !== 9) }, /before number 10/],
  ['checks-asked', 'nothing asked', { ...good, plan: { ...good.plan, checks: [] } }, /asks nothing/],
  ['story-complete', 'interrupted', changed(good, 'run-ended', () => ({ reason: 'interrupted' })), /interrupted/],
  ['story-complete', 'no end', withoutKind(good, 'run-ended'), /ends before the run did/],
  [
    'story-complete',
    'a step not ended',
    without(good, (fact) => fact.kind === 'step-ended' && fact.step === 4),
    /step 4 \(Nginx cannot reach its upstream\)/,
  ],
  [
    'story-complete',
    'a step that went wrong and nobody asks about',
    {
      ...changed(good, 'step-ended', (fact) => (fact.step === 2 ? { ok: false, because: 'no answer' } : {})),
      plan: { ...good.plan, checks: good.plan.checks.filter((check) => check['step'] !== 2) },
    },
    /no check can tell why: no answer/,
  ],
  [
    'clock-steady',
    'a clock that was set',
    changed(good, 'resource-sample', (fact) => (fact.t > storyT ? { at: wallOf(fact.t + 400) } : {})),
    /400 ms apart/,
  ],
  [
    'clock-steady',
    'a machine that slept',
    without(good, (fact) => fact.t > storyT + 55_000 && fact.t < storyT + 61_000),
    /nothing was noted for 6\.\d s/,
  ],
  ['steady-before', 'never looked', withoutKind(good, 'steady-checked'), /not looked at/],
  [
    'steady-before',
    'not steady',
    changed(good, 'steady-checked', () => ({ steady: false, because: '3 requests failed' })),
    /3 requests failed/,
  ],
  ['steady-before', 'on nothing', changed(good, 'steady-checked', () => ({ requests: 0 })), /no request at all/],
  [
    'steady-before',
    'failures before the fault',
    changed(good, 'load-sample', (fact) =>
      fact.fromT < storyT - 2_000
        ? { ledger: { http_200: 49, http_502: 1 }, firstFailedT: fact.fromT + 20, lastFailedT: fact.fromT + 20 }
        : {},
    ),
    /failed before the fault, in \d seconds?/,
  ],
  [
    'steady-before',
    'an alert before the fault',
    plus(good, storyT - 900, firing('BackendDown', storyT - 900)),
    /firing before the fault: BackendDown/,
  ],
  ['fault-witnessed', 'never injected', withoutKind(good, 'fault-injected'), /none was injected/],
  ['fault-witnessed', 'not there', outageJournal({ inForce: false }), /not there at its start/],
  ['fault-witnessed', 'gone in the middle', only(good, 'middle', { present: false }), /not there at its middle/],
  ['fault-witnessed', 'gone at the end', only(good, 'end', { present: false }), /not there at its end/],
  ['fault-witnessed', 'there before', only(good, 'before', { present: true }), /there before it was injected/],
  [
    'fault-witnessed',
    'seen by its injector',
    changed(good, 'fault-witnessed', () => ({ witness: 'wrong-upstream' })),
    /the injector itself/,
  ],
  [
    'fault-witnessed',
    'no observation was made at its end',
    without(good, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'end'),
    /no observation was made at its end/,
  ],
  ['restored', 'not undone', without(good, (fact) => fact.kind === 'undo-done' && fact.id === 'u9'), /never undone/],
  [
    'restored',
    'an undo that failed',
    changed(good, 'undo-done', (fact) => (fact.id === 'u4' ? { ok: false, because: 'no such container' } : {})),
    /container api-1 \(no such container\)/,
  ],
  [
    'restored',
    'a difference',
    changed(good, 'world-compared', () => ({ clean: false, differences: ['one network more'] })),
    /one network more/,
  ],
  [
    'restored',
    'raised, promised nothing, never compared',
    { ...good, facts: good.facts.filter((fact) => fact.kind === 'run-started' || fact.kind === 'phase-entered') },
    /was not compared/,
  ],
  ['restored', 'never compared', withoutKind(good, 'world-compared'), /was not compared/],
  ['restored', 'the fault still there', only(good, 'after', { present: true }), /still there after the end/],
  [
    'restored',
    'an undo nobody promised',
    without(good, (fact) => fact.kind === 'undo-promised' && fact.id === 'u9'),
    /without being registered/,
  ],
]

export const gateRows = [
  ...experimentRows,
  ...instrumentRows,
  ...incidentClockRows,
  ...proofRows,
  ...bookRows,
  ...eventRows,
  ...toldRows,
  ...endingRows,
  ...courseRows,
  ...sumRows,
  ...boundRows,
  ...edgeRows,
  ...exactRows,
  ...exactToldRows,
  ...sightRows,
  ...strangeRows,
  ...containerRows,
]
