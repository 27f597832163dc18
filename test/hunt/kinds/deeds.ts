import { type Fact, type FactOf, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { again, change, drop, move, put, type Sabotage, sabotage, story } from '../edit.ts'

type Deed = FactOf<'fault-injected' | 'remedy-applied' | 'observed'>

const isDeed = (fact: Fact): fact is Deed =>
  fact.kind === 'fault-injected' || fact.kind === 'remedy-applied' || fact.kind === 'observed'

const is = (kind: Fact['kind']) => (fact: Fact) => fact.kind === kind
const planned = 'that it did what the plan says'
const ended = 'how the fault came to its end'
const looks = 'that the fault was there, and when'
const timely = 'that each deed was done in its step'

const kinds = ['fault-injected', 'remedy-applied', 'observed'] as const
const called = { 'fault-injected': 'fault', 'remedy-applied': 'remedy', observed: 'look' } as const

/** Of one kind, at an instant that is no step's. */
const between = (r: RunRecord): number | undefined => {
  const ends = factsOf(r.facts, 'step-ended')
  const gap = ends.find((end) => {
    const next = factsOf(r.facts, 'step-entered').find(({ n }) => n > end.n)
    return next !== undefined && next.t - end.t > 200
  })
  return gap && gap.t + 100
}

const elsewhere = (r: RunRecord, kind: Deed['kind'], t: number | undefined) => {
  const [first] = factsOf(r.facts, kind)
  return first && t !== undefined ? move(r, ({ n }) => n === first.n, t) : undefined
}

const fault = (r: RunRecord, to: (one: FactOf<'fault-injected'>) => Partial<FactOf<'fault-injected'>>) =>
  change(r, 'fault-injected', to)

/** A fault of another name, and everything that is told of it. */
const renamed = (r: RunRecord) => {
  const one = fault(r, () => ({ fault: 'another' }))
  const two = one && (change(one, 'fault-witnessed', () => ({ fault: 'another' })) ?? one)
  return two && (change(two, 'fault-undone', () => ({ fault: 'another' })) ?? two)
}

const lookAt = (moment: FactOf<'fault-witnessed'>['moment']) => (fact: Fact) =>
  fact.kind === 'fault-witnessed' && fact.moment === moment

const first = (r: RunRecord, matches: (fact: Fact) => boolean) => r.facts.find(matches)
const firstOnly = (r: RunRecord, matches: (fact: Fact) => boolean, t: number) => {
  const one = first(r, matches)
  return one && move(r, ({ n }) => n === one.n, t)
}

const strange = (r: RunRecord): NewFact | undefined => {
  const [one] = factsOf(r.facts, 'fault-injected')
  if (!one) return undefined
  const { n: _n, t: _t, at: _at, ...fact } = one
  return { ...fact, fault: 'one more' }
}

const undone = (r: RunRecord, by: FactOf<'fault-undone'>['by']) =>
  change(r, 'fault-undone', (one) => (one.by === by ? {} : { by }))

const stepOf = (r: RunRecord, does: string) => r.plan.story.find((one) => one.does === does)?.step
const ofStep = (r: RunRecord, kind: 'step-entered' | 'step-ended', does: string) => (fact: Fact) =>
  fact.kind === kind && fact.step === stepOf(r, does)

/** What the steps did, and that it was of this plan. */
export const deedKinds: readonly Sabotage[] = [
  ...kinds.flatMap((kind) => [
    sabotage(`a ${called[kind]} of another kind`, planned, (r) =>
      change(r, kind, () => ({ faultKind: 'prayer', remedyKind: 'prayer', probe: 'prayer' })),
    ),
    sabotage(`the first ${called[kind]} of another kind`, planned, (r) => {
      const [one] = factsOf(r.facts, kind)
      return change(r, kind, ({ n }) =>
        n === one?.n ? { faultKind: 'prayer', remedyKind: 'prayer', probe: 'prayer' } : {},
      )
    }),
    sabotage(`a ${called[kind]} twice`, planned, (r) => again(r, is(kind))),
    sabotage(`the last ${called[kind]} twice`, planned, (r) => {
      const last = factsOf(r.facts, kind).at(-1)
      return last && again(r, ({ n }) => n === last.n)
    }),
    sabotage(`a ${called[kind]} between two steps`, timely, (r) => elsewhere(r, kind, between(r))),
    sabotage(`a ${called[kind]} before the story`, timely, (r) => elsewhere(r, kind, story(r).fromT - 20)),
    sabotage(`a ${called[kind]} after the story`, timely, (r) => elsewhere(r, kind, story(r).toT + 20)),
    sabotage(`a ${called[kind]} after all`, timely, (r) => elsewhere(r, kind, (r.facts.at(-1)?.t ?? 0) - 1)),
    sabotage(`the first ${called[kind]} is gone`, planned, (r) => {
      const [one] = factsOf(r.facts, kind)
      return one && drop(r, ({ n }) => n === one.n)
    }),
    sabotage(`the last ${called[kind]} is gone`, planned, (r) => {
      const one = factsOf(r.facts, kind).at(-1)
      return one && drop(r, ({ n }) => n === one.n)
    }),
  ]),
  ...(['fault-injected', 'remedy-applied'] as const).flatMap((kind) => [
    sabotage(`a ${called[kind]} begun before its step`, timely, (r) =>
      change(r, kind, () => ({ startedT: story(r).fromT - 1 })),
    ),
    sabotage(`a ${called[kind]} begun before the run`, timely, (r) => change(r, kind, () => ({ startedT: -5_000 }))),
    sabotage(`a ${called[kind]} begun at 0`, timely, (r) => change(r, kind, () => ({ startedT: 0 }))),
    sabotage(`a ${called[kind]} begun when it was over`, timely, (r) =>
      change(r, kind, ({ t }) => ({ startedT: t + 500 })),
    ),
    sabotage(`a ${called[kind]} of another name`, planned, (r) =>
      change(r, kind, () => ({ fault: 'another', remedy: 'another' })),
    ),
  ]),
  sabotage('a fault of another name, and its witnesses', planned, renamed),
  sabotage('two deeds with each other’s words', planned, (r) => {
    const [one, two] = r.facts.filter(isDeed)
    if (!one || !two || one.kind === two.kind) return undefined
    const swap = (fact: Fact, by: Fact): Fact => ({ ...by, n: fact.n, t: fact.t, at: fact.at })
    return {
      ...r,
      facts: r.facts.map((fact) => (fact.n === one.n ? swap(one, two) : fact.n === two.n ? swap(two, one) : fact)),
    }
  }),
  sabotage('one fault more than planned', planned, (r) => {
    const fact = strange(r)
    return fact && put(r, story(r).midT, fact)
  }),
  sabotage('one fault more, in the step of the first', planned, (r) => {
    const fact = strange(r)
    const [one] = factsOf(r.facts, 'fault-injected')
    return fact && one && put(r, one.t + 0.1, fact)
  }),
  sabotage('an unplanned remedy', planned, (r) =>
    put(r, story(r).midT, {
      kind: 'remedy-applied',
      remedy: 'a prayer',
      remedyKind: 'prayer',
      ok: true,
      changed: true,
      because: 'heard',
      startedT: story(r).midT - 1,
      evidence: {},
    }),
  ),
  sabotage('an unplanned look', planned, (r) =>
    put(r, story(r).midT, { kind: 'observed', probe: 'prayer', finding: 'heard', because: '', evidence: {} }),
  ),
  // By itself or by a remedy that was at work: which of both is asked by the check of its effect.
  ...(['undo', 'measure'] as const).map((by) =>
    sabotage(`over by another hand: ${by}`, ended, (r) =>
      factsOf(r.facts, 'fault-undone')[0]?.by === 'remedy' ? undone(r, by) : undefined,
    ),
  ),
  sabotage('over twice', ended, (r) => again(r, is('fault-undone'))),
  sabotage('over before it began', ended, (r) => firstOnly(r, is('fault-undone'), story(r).fromT + 1)),
  sabotage('over when all was lowered', ended, (r) => firstOnly(r, is('fault-undone'), (r.facts.at(-1)?.t ?? 0) - 1)),
  sabotage('over by its undo, in the story', ended, (r) => {
    const one = factsOf(r.facts, 'fault-undone').find(({ t }) => t < story(r).toT)
    return one && change(r, 'fault-undone', ({ n }) => (n === one.n ? { by: 'undo' } : {}))
  }),
  sabotage('over before the remedy that ended it', ended, (r) => {
    const one = factsOf(r.facts, 'fault-undone').find(({ by }) => by === 'remedy')
    const deed = one && factsOf(r.facts, 'remedy-applied').findLast(({ n }) => n < one.n)
    return one && deed && move(r, ({ n }) => n === one.n, deed.startedT + 0.5)
  }),
  sabotage('over long after the remedy that ended it', ended, (r) => {
    const one = factsOf(r.facts, 'fault-undone').find(({ by }) => by === 'remedy')
    return one && move(r, ({ n }) => n === one.n, story(r).toT - 1)
  }),
  sabotage('the end of another fault', ended, (r) => change(r, 'fault-undone', () => ({ fault: 'another' }))),
  sabotage('before seen while the stack was raised', looks, (r) => firstOnly(r, lookAt('before'), 100)),
  sabotage('before seen in the steady state', looks, (r) => firstOnly(r, lookAt('before'), story(r).fromT - 800)),
  sabotage('before seen by nobody who looked then', looks, (r) =>
    change(r, 'fault-witnessed', ({ moment }) => (moment === 'before' ? { moment: 'after' } : {})),
  ),
  sabotage('stopped, and no observation was made then', looks, (r) => {
    const isStopped = factsOf(r.facts, 'fault-injected').every(({ outcome }) => outcome !== 'in-force')
    return isStopped ? drop(r, lookAt('after')) : undefined
  }),
  sabotage('stopped, and looked at before that', looks, (r) => {
    const isStopped = factsOf(r.facts, 'fault-injected').every(({ outcome }) => outcome !== 'in-force')
    return isStopped ? move(r, lookAt('after'), story(r).fromT + 8) : undefined
  }),
  sabotage('said to be in force, though a measure stopped it', looks, (r) =>
    fault(r, ({ outcome }) => (outcome === 'in-force' ? {} : { outcome: 'in-force' })),
  ),
  sabotage('said to be rolled back', looks, (r) =>
    fault(r, ({ outcome }) => (outcome === 'in-force' ? { outcome: 'rolled-back' } : {})),
  ),
  sabotage('said to be kept off', looks, (r) =>
    fault(r, ({ outcome }) => (outcome === 'in-force' ? { outcome: 'kept-off' } : {})),
  ),
  sabotage('a measure that did something else', planned, (r) =>
    change(r, 'measure-acted', ({ action }) => (action === 'passed' ? {} : { action: 'passed' })),
  ),
  sabotage('a measure that says nothing', planned, (r) => change(r, 'measure-acted', () => ({ because: '' }))),
  sabotage('a measure that acted after the story', planned, (r) => move(r, is('measure-acted'), story(r).toT + 5)),
  sabotage('a measure that acted before the story', planned, (r) => move(r, is('measure-acted'), story(r).fromT - 5)),
  ...(['fault', 'look', 'remedy'] as const).map((does) =>
    sabotage(`a ${does} that went wrong by its own word`, planned, (r) => {
      const isOne = ofStep(r, 'step-ended', does)
      return change(r, 'step-ended', (one) => (isOne(one) ? { ok: false } : {}))
    }),
  ),
  ...(['fault', 'alert', 'look', 'remedy', 'recovered'] as const).flatMap((does) => [
    sabotage(`a ${does} whose step says something else`, planned, (r) => {
      const isOne = ofStep(r, 'step-entered', does)
      return change(r, 'step-entered', (one) => (isOne(one) ? { what: { does: 'note' } } : {}))
    }),
    sabotage(`a ${does} at another time of its clock`, planned, (r) => {
      const isOne = ofStep(r, 'step-entered', does)
      return change(r, 'step-entered', (one) => (isOne(one) ? { clock: '03:33' } : {}))
    }),
    sabotage(`a ${does} whose step ends twice`, planned, (r) => again(r, ofStep(r, 'step-ended', does))),
    sabotage(`a ${does} whose step begins twice`, planned, (r) => again(r, ofStep(r, 'step-entered', does))),
    sabotage(`a ${does} whose step never ends`, planned, (r) => drop(r, ofStep(r, 'step-ended', does))),
  ]),
  sabotage('an event awaited twice', timely, (r) => again(r, is('event-awaited'))),
  sabotage('an event that never came', timely, (r) => change(r, 'event-awaited', () => ({ met: false }))),
  sabotage('no event awaited', timely, (r) => drop(r, is('event-awaited'))),
  sabotage('an event of another step', timely, (r) => change(r, 'event-awaited', ({ step }) => ({ step: step + 1 }))),
  sabotage('an event awaited in another step', timely, (r) => firstOnly(r, is('event-awaited'), story(r).fromT + 1)),
  sabotage('an event awaited longer than there was time', timely, (r) =>
    change(r, 'event-awaited', ({ t }) => ({ waitedMs: t + 1_000 })),
  ),
  sabotage('an event that no step waits for', timely, (r) => {
    const step = r.plan.story.find(({ once }) => once === undefined)?.step
    const entered = factsOf(r.facts, 'step-entered').find((fact) => fact.step === step)
    if (step === undefined || !entered) return undefined
    const fact = {
      kind: 'event-awaited',
      step,
      event: 'rain',
      met: true,
      seen: 'rain',
      waitedMs: 0,
      limitMs: 9,
    } as const
    return put(r, entered.t - 0.5, fact)
  }),
]
