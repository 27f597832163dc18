import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { again, change, drop, dropKind, firstFault, move, type Sabotage, sabotage, story } from '../edit.ts'

type Moment = FactOf<'fault-witnessed'>['moment']
type Injected = FactOf<'fault-injected'>

/** The first fault that was in force. */
function inForce({ facts }: RunRecord): Injected | undefined {
  return factsOf(facts, 'fault-injected').find(({ outcome }) => outcome === 'in-force')
}

const looks = (r: RunRecord, moment: Moment) => {
  const { fault } = firstFault(r) ?? {}
  return (fact: Fact) => fact.kind === 'fault-witnessed' && fact.moment === moment && fact.fault === fault
}

const seen = (r: RunRecord, moment: Moment, present: boolean) => {
  const isOne = looks(r, moment)
  return change(r, 'fault-witnessed', (fact) => (isOne(fact) && fact.present !== present ? { present } : {}))
}

/** A look of the first fault in force put somewhere else. */
const lookMoved = (r: RunRecord, moment: Moment, to: (fault: Injected) => number) => {
  const fault = inForce(r)
  const isOne = (fact: Fact) => fact.kind === 'fault-witnessed' && fact.moment === moment && fact.fault === fault?.fault
  return fault && move(r, isOne, to(fault))
}

const there = 'that the fault was there, and when'
const undone = 'that all is as before'
const undoOf = (r: RunRecord) => {
  const fault = inForce(r)
  return fault && factsOf(r.facts, 'undo-promised').find(({ t, n }) => t >= fault.startedT && n < fault.n)
}

const ofUndo = (r: RunRecord, kinds: readonly Fact['kind'][]) => {
  const promise = undoOf(r)
  return promise && drop(r, (fact) => kinds.includes(fact.kind) && 'id' in fact && fact.id === promise.id)
}

/** Whether the fault was there, and whether it was taken back. */
export const faultKinds: readonly Sabotage[] = [
  sabotage('no witness', there, (r) => dropKind(r, 'fault-witnessed')),
  ...(['before', 'start', 'middle', 'end'] as const).map((moment) =>
    sabotage(`no observation was made: ${moment}`, there, (r) =>
      moment === 'before' || inForce(r) ? drop(r, looks(r, moment)) : undefined,
    ),
  ),
  sabotage('there before', there, (r) => seen(r, 'before', true)),
  ...(['start', 'middle', 'end'] as const).map((moment) =>
    sabotage(`not there: ${moment}`, there, (r) =>
      inForce(r)?.n === firstFault(r)?.n ? seen(r, moment, false) : undefined,
    ),
  ),
  sabotage('the injector as its own witness', there, (r) => {
    const { faultKind } = firstFault(r) ?? {}
    return faultKind === undefined ? undefined : change(r, 'fault-witnessed', () => ({ witness: faultKind }))
  }),
  sabotage('a witness without a name', there, (r) => change(r, 'fault-witnessed', () => ({ witness: '' }))),
  sabotage('three looks at one moment', there, (r) => {
    const middle = lookMoved(r, 'middle', ({ t }) => t + 30)
    return middle && lookMoved(middle, 'end', ({ t }) => t + 60)
  }),
  sabotage('the middle seen at the start', there, (r) => lookMoved(r, 'middle', ({ t }) => t - 0.5)),
  sabotage('the middle seen when it was over', there, (r) =>
    lookMoved(r, 'middle', ({ fault }) => {
      const over = factsOf(r.facts, 'fault-undone').find((one) => one.fault === fault)
      return (over?.t ?? story(r).toT) + 5
    }),
  ),
  sabotage('the end seen at the start', there, (r) => lookMoved(r, 'end', ({ t }) => t + 40)),
  sabotage('the end seen when it was over', there, (r) => lookMoved(r, 'end', () => story(r).toT + 9_000)),
  sabotage('before seen when it had begun', there, (r) => lookMoved(r, 'before', ({ startedT }) => startedT + 20)),
  sabotage('the start seen before it had begun', there, (r) => lookMoved(r, 'start', ({ startedT }) => startedT - 5)),
  sabotage('the start seen in the middle', there, (r) => lookMoved(r, 'start', () => story(r).midT)),
  sabotage('looks at another fault', there, (r) =>
    change(r, 'fault-witnessed', ({ moment }) => (moment === 'end' ? { fault: 'another' } : {})),
  ),
  sabotage('two faults of one name', there, (r) => again(r, ({ kind }) => kind === 'fault-injected')),
  sabotage('never over', there, (r) => (inForce(r) ? dropKind(r, 'fault-undone') : undefined)),
  sabotage('never injected', there, (r) => dropKind(r, 'fault-injected')),
  sabotage('said to be stopped, and no measure says why', there, (r) =>
    inForce(r) ? change(r, 'fault-injected', () => ({ outcome: 'rejected' })) : dropKind(r, 'measure-acted'),
  ),
  sabotage('no undo promised', 'that a way back was on record', (r) => dropKind(r, 'undo-promised')),
  sabotage('undos promised after the faults', 'that a way back was on record', (r) => {
    // A fault that is load needs none.
    return undoOf(r) && move(r, ({ kind }) => kind === 'undo-promised', story(r).toT - 1)
  }),
  sabotage('the undo of the fault promised after it', 'that a way back was on record', (r) => {
    const promise = undoOf(r)
    return promise && move(r, (fact) => fact.n === promise.n, (inForce(r)?.t ?? 0) + 1)
  }),
  sabotage('an undo neither promised nor done', 'that a way back was on record', (r) =>
    ofUndo(r, ['undo-promised', 'undo-done']),
  ),
  sabotage('an undo promised twice', 'that a way back was on record', (r) =>
    again(r, ({ kind }) => kind === 'undo-promised'),
  ),
  sabotage('an undo never done', undone, (r) => ofUndo(r, ['undo-done'])),
  sabotage('an undo that failed', undone, (r) =>
    change(r, 'undo-done', () => ({ ok: false, because: 'no such container' })),
  ),
  sabotage('undone without a promise', undone, (r) => ofUndo(r, ['undo-promised'])),
  sabotage('undone before it was promised', undone, (r) => move(r, ({ kind }) => kind === 'undo-done', 1)),
  sabotage('no look after the undo', undone, (r) => {
    const last = inForce(r) && factsOf(r.facts, 'undo-done').at(-1)
    return last && drop(r, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'after' && fact.n > last.n)
  }),
  sabotage('the look after it came before the undo', undone, (r) =>
    inForce(r)
      ? move(r, (fact) => fact.kind === 'fault-witnessed' && fact.moment === 'after', story(r).toT + 1)
      : undefined,
  ),
  sabotage('still there after the undo', undone, (r) => {
    const last = factsOf(r.facts, 'undo-done').at(-1)?.n ?? Infinity
    return (
      inForce(r) &&
      change(r, 'fault-witnessed', ({ n, moment }) => (moment === 'after' && n > last ? { present: true } : {}))
    )
  }),
  sabotage('the world compared before the undo', undone, (r) =>
    move(r, ({ kind }) => kind === 'world-compared', story(r).toT + 1),
  ),
  sabotage('the world compared before all was taken down', undone, (r) => {
    const lower = factsOf(r.facts, 'phase-entered').find(({ phase }) => phase === 'lower')
    return lower && move(r, ({ kind }) => kind === 'world-compared', lower.t - 0.5)
  }),
  sabotage('clean, with differences', undone, (r) =>
    change(r, 'world-compared', () => ({ clean: true, differences: ['a network is left'] })),
  ),
  sabotage('not clean', undone, (r) => change(r, 'world-compared', () => ({ clean: false }))),
  sabotage('never compared', undone, (r) => dropKind(r, 'world-compared')),
  sabotage('no remedy', 'what the remedy did', (r) => dropKind(r, 'remedy-applied')),
  sabotage('remedies that changed nothing', 'what the remedy did', (r) =>
    change(r, 'remedy-applied', ({ changed }) => (changed ? { changed: false, ok: false } : {})),
  ),
  sabotage('looks that find something else', 'what was found', (r) =>
    change(r, 'observed', () => ({ finding: 'a mermaid' })),
  ),
  sabotage('no observation was made for a cause', 'what was found', (r) => dropKind(r, 'observed')),
]
