import { type Fact, type FactOf, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import {
  again,
  change,
  drop,
  dropKind,
  move,
  put,
  renumbered,
  type Sabotage,
  sabotage,
  story,
  wallAt,
} from '../edit.ts'

const is = (kind: Fact['kind']) => (fact: Fact) => fact.kind === kind
const one = 'that this is one whole run'
const clean = 'that all is as before'
const clocked = "that the incident's clock went"

type End = FactOf<'run-ended'>
const end = (r: RunRecord, to: (fact: End) => Partial<End>) => change(r, 'run-ended', to)
type Set = FactOf<'clock-set'>
const sets = (r: RunRecord) => factsOf(r.facts, 'clock-set')
/** The clock goes on with a step of the middle. */
const middle = (r: RunRecord): Set | undefined => {
  const steps = factsOf(r.facts, 'step-entered')
  const step = steps[Math.floor(steps.length / 2)]
  return step && sets(r).findLast(({ n }) => n < step.n)
}
const ofMiddle = (r: RunRecord, to: (set: Set) => Partial<Set>) => {
  const set = middle(r)
  return set && change(r, 'clock-set', (fact) => (fact.n === set.n ? to(fact) : {}))
}
const isMiddle = (r: RunRecord) => {
  const set = middle(r)
  return (fact: Fact) => fact.n === set?.n
}

const undone = (r: RunRecord, to: (fact: FactOf<'undo-done'>) => Partial<FactOf<'undo-done'>>) =>
  change(r, 'undo-done', to)
const lastUndone = (r: RunRecord) => factsOf(r.facts, 'undo-done').at(-1)

/** Facts of a stretch, later than they were, and everything after them. */
const shifted = (r: RunRecord, fromT: number, ms: number): RunRecord => ({
  ...r,
  facts: r.facts.map((fact) => (fact.t > fromT ? { ...fact, t: fact.t + ms, at: wallAt(r, fact.t + ms) } : fact)),
})

/** The facts between two instants once more, as if two runs had been written to one file. */
const merged = (r: RunRecord, fromT: number, toT: number): RunRecord => {
  const twice = r.facts.filter(({ t }) => t > fromT && t < toT)
  const all = [...r.facts, ...twice].toSorted((a, b) => a.t - b.t)
  return renumbered(r, all)
}

/** How it ended, what was undone, and what the clock showed. */
export const endKinds: readonly Sabotage[] = [
  ...(['guard', 'sweep'] as const).map((by) =>
    sabotage(`completed, says the ${by}`, one, (r) => end(r, () => ({ by }))),
  ),
  ...(['interrupted', 'failed', 'killed'] as const).map((reason) =>
    sabotage(`ended: ${reason}`, one, (r) => end(r, () => ({ reason }))),
  ),
  sabotage('a run of no time', one, (r) => end(r, () => ({ wallMs: 0 }))),
  sabotage('a run of twice its time', one, (r) => end(r, ({ wallMs }) => ({ wallMs: wallMs * 2 }))),
  sabotage('a story of no time', one, (r) => end(r, () => ({ storyMs: 0 }))),
  sabotage('a story longer than its run', one, (r) =>
    end(r, ({ wallMs }) => ({ storyMs: wallMs + 9, overheadMs: -9 })),
  ),
  sabotage('an overhead of its own', one, (r) => end(r, ({ overheadMs }) => ({ overheadMs: overheadMs + 4_000 }))),
  sabotage('of another title', one, (r) => change(r, 'run-started', () => ({ title: 'Another incident' }))),
  sabotage('two runs in one: the story', one, (r) => merged(r, story(r).fromT, story(r).toT)),
  sabotage('two runs in one: the steady state', one, (r) => merged(r, story(r).fromT - 3_000, story(r).fromT)),
  sabotage('two runs in one: the end', one, (r) => merged(r, story(r).toT, 9e9)),
  sabotage('two runs in one: the begin', one, (r) => merged(r, -1, 2_000)),
  sabotage('ten seconds put in', one, (r) => shifted(r, story(r).midT, 10_000)),
  sabotage('the second half before the first', one, (r) => {
    const { fromT, midT, toT } = story(r)
    const inside = ({ t }: Fact) => t > fromT && t < toT
    const [early, late] = [
      r.facts.filter((f) => inside(f) && f.t < midT),
      r.facts.filter((f) => inside(f) && f.t >= midT),
    ]
    const [before, after] = [r.facts.filter(({ t }) => t <= fromT), r.facts.filter(({ t }) => t >= toT)]
    return renumbered(r, [...before, ...late, ...early, ...after])
  }),
  sabotage('the undo entered in mid-story', one, (r) =>
    move(r, (fact) => fact.kind === 'phase-entered' && fact.phase === 'undo', story(r).midT),
  ),
  sabotage('lowered in mid-story', one, (r) =>
    move(r, (fact) => fact.kind === 'phase-entered' && fact.phase === 'lower', story(r).midT),
  ),
  sabotage('steady before it was raised', one, (r) =>
    move(r, (fact) => fact.kind === 'phase-entered' && fact.phase === 'steady', 0.5),
  ),
  ...(['guard', 'sweep'] as const).flatMap((by) => [
    sabotage(`all undone by the ${by}`, clean, (r) => undone(r, () => ({ by }))),
    sabotage(`one undone by the ${by}`, clean, (r) => {
      const last = lastUndone(r)
      return undone(r, ({ n }) => (n === last?.n ? { by } : {}))
    }),
  ]),
  sabotage('undone twice', clean, (r) => again(r, is('undo-done'))),
  sabotage('the last undone twice', clean, (r) => {
    const last = lastUndone(r)
    return last && again(r, ({ n }) => n === last.n)
  }),
  sabotage('not undone, then undone', clean, (r) => {
    const last = lastUndone(r)
    if (!last) return undefined
    const { n: _n, t: _t, at: _at, ...fact } = last
    return put(r, last.t - 0.5, { ...fact, ok: false, because: 'no answer' })
  }),
  sabotage('undone, then not', clean, (r) => {
    const last = lastUndone(r)
    if (!last) return undefined
    const { n: _n, t: _t, at: _at, ...fact } = last
    return put(r, last.t, { ...fact, ok: false, because: 'no answer' })
  }),
  sabotage('undone in mid-story', clean, (r) => {
    const last = lastUndone(r)
    return last && last.t > story(r).toT ? move(r, ({ n }) => n === last.n, story(r).midT) : undefined
  }),
  sabotage('an undo of another name', clean, (r) => undone(r, ({ id }) => ({ id: `${id}9` }))),
  sabotage('promises of other names', clean, (r) => change(r, 'undo-promised', ({ id }) => ({ id: `${id}9` }))),
  sabotage('compared twice', clean, (r) => again(r, is('world-compared'))),
  sabotage('not clean, then clean', clean, (r) => {
    const [compared] = factsOf(r.facts, 'world-compared')
    const fact: NewFact = { kind: 'world-compared', clean: false, differences: ['web-1 is left'] }
    return compared && put(r, compared.t - 0.5, fact)
  }),
  sabotage('compared in mid-story', clean, (r) => move(r, is('world-compared'), story(r).midT)),
  sabotage('compared before the run', clean, (r) => move(r, is('world-compared'), 0.5)),
  sabotage('no clock of the incident', clocked, (r) => dropKind(r, 'clock-set')),
  sabotage('a clock that never began', clocked, (r) => {
    const [begin] = sets(r)
    return begin && drop(r, (fact) => fact.kind === 'clock-set' && fact.t - begin.t < 100)
  }),
  sabotage('a clock that began late', clocked, (r) =>
    change(r, 'clock-set', ({ incidentMs }) => ({ incidentMs: incidentMs + 700 })),
  ),
  sabotage('a clock that began before the story', clocked, (r) => {
    const [begin] = sets(r)
    return begin && move(r, ({ n }) => n === begin.n, story(r).fromT - 900)
  }),
  sabotage('a clock that never goes', clocked, (r) => change(r, 'clock-set', () => ({ runs: false }))),
  sabotage('a clock that shows nothing', clocked, (r) => change(r, 'clock-set', () => ({ incidentMs: 0 }))),
  sabotage('a clock of twice the speed', clocked, (r) =>
    change(r, 'clock-set', ({ incidentMs }) => ({ incidentMs: incidentMs * 2 })),
  ),
  sabotage('a step without its clock', clocked, (r) => (middle(r) ? drop(r, isMiddle(r)) : undefined)),
  sabotage('a clock that stands at a step', clocked, (r) => ofMiddle(r, () => ({ runs: false }))),
  sabotage('a clock set forward', clocked, (r) =>
    ofMiddle(r, ({ incidentMs }) => ({ incidentMs: incidentMs + 5_000 })),
  ),
  sabotage('a clock set back', clocked, (r) => ofMiddle(r, ({ incidentMs }) => ({ incidentMs: incidentMs - 5_000 }))),
  sabotage('a clock that goes on in mid-step', clocked, (r) => {
    const set = middle(r)
    return set && move(r, isMiddle(r), set.t + 60)
  }),
  sabotage('a clock that stood for no step', clocked, (r) => {
    const set = middle(r)
    if (!set) return undefined
    const shown = set.incidentMs + 61
    const still = put(r, set.t + 61, { kind: 'clock-set', incidentMs: shown, runs: false, because: 'a nap' })
    return put(still, set.t + 231, { kind: 'clock-set', incidentMs: shown, runs: true, because: 'awake' })
  }),
  sabotage('the clock of the last step is gone', clocked, (r) => {
    const step = factsOf(r.facts, 'step-entered').at(-1)
    const set = step && sets(r).findLast(({ n }) => n < step.n)
    return set && drop(r, ({ n }) => n === set.n)
  }),
]
