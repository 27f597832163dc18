import { factsOf } from '../../../src/journal/facts.ts'
import {
  again,
  change,
  drop,
  firstFault,
  move,
  plan,
  put,
  renumbered,
  type Sabotage,
  sabotage,
  story,
  wallAt,
} from '../edit.ts'

const noProof = 'that this is one whole run'
const otherPlan = 'that it is of this plan'

/** One run, from its begin to its end, of this plan. */
export const runKinds: readonly Sabotage[] = [
  sabotage('a second begin', noProof, (r) => again(r, ({ kind }) => kind === 'run-started')),
  sabotage('a second end', noProof, (r) => again(r, ({ kind }) => kind === 'run-ended')),
  sabotage('failed, then completed', noProof, (r) => {
    const twice = again(r, ({ kind }) => kind === 'run-ended')
    const first = twice && factsOf(twice.facts, 'run-ended')[0]?.n
    return twice && change(twice, 'run-ended', ({ n }) => (n === first ? { reason: 'failed' } : {}))
  }),
  sabotage('interrupted', noProof, (r) => change(r, 'run-ended', () => ({ reason: 'interrupted' }))),
  sabotage('killed, told by the guard', noProof, (r) =>
    change(r, 'run-ended', () => ({ reason: 'killed', by: 'guard' })),
  ),
  sabotage('no end', noProof, (r) => drop(r, ({ kind }) => kind === 'run-ended')),
  sabotage(
    'a fact after the end',
    noProof,
    (r) => again(r, ({ kind }) => kind === 'run-ended') && put(r, 9e9, { kind: 'phase-entered', phase: 'lower' }),
  ),
  sabotage('cut in the middle of the story', noProof, (r) => ({
    ...r,
    facts: r.facts.filter(({ t }) => t < story(r).midT),
  })),
  sabotage('cut after the story', noProof, (r) => ({ ...r, facts: r.facts.filter(({ t }) => t < story(r).toT) })),
  sabotage('a torn line', noProof, (r) => ({ ...r, torn: 1 })),
  sabotage('a fact missing', noProof, (r) => ({ ...r, facts: r.facts.filter(({ n }) => n !== 40) })),
  sabotage('facts in another order', noProof, (r) =>
    renumbered(r, [...r.facts.slice(0, 9), ...r.facts.slice(9).reverse()]),
  ),
  sabotage('no begin', noProof, (r) => drop(r, ({ kind }) => kind === 'run-started')),
  sabotage('monotonic time goes back', noProof, (r) => {
    const late = r.facts.find(({ t }) => t > story(r).midT)?.n
    return { ...r, facts: r.facts.map((fact) => (fact.n === late ? { ...fact, t: fact.t - 3_000 } : fact)) }
  }),
  sabotage('monotonic time back to zero from the middle on', noProof, (r) => {
    const { midT } = story(r)
    return { ...r, facts: r.facts.map((fact) => (fact.t > midT ? { ...fact, t: fact.t - midT } : fact)) }
  }),
  sabotage('wall time goes back', noProof, (r) => {
    const late = r.facts.find(({ t }) => t > story(r).midT)?.n
    return { ...r, facts: r.facts.map((fact) => (fact.n === late ? { ...fact, at: wallAt(r, fact.t - 400) } : fact)) }
  }),
  ...([1_000, -1_000, 600_000] as const).map((ms) =>
    sabotage(`the clock set by ${ms} ms in mid-story`, 'that time went steadily', (r) => ({
      ...r,
      facts: r.facts.map((fact) => (fact.t > story(r).midT ? { ...fact, at: wallAt(r, fact.t + ms) } : fact)),
    })),
  ),
  sabotage('the clock set while the stack was raised', 'that time went steadily', (r) => ({
    ...r,
    facts: r.facts.map((fact) => (fact.n < 20 ? { ...fact, at: wallAt(r, fact.t - 2_000) } : fact)),
  })),
  sabotage('a clock that runs 1 % fast', 'that time went steadily', (r) =>
    // In a short run that is less than two clocks of one machine may differ by.
    (r.facts.at(-1)?.t ?? 0) > 30_000
      ? { ...r, facts: r.facts.map((fact) => ({ ...fact, at: wallAt(r, fact.t * 1.01) })) }
      : undefined,
  ),
  sabotage('six seconds of silence', 'that nothing slept', (r) =>
    drop(r, ({ t }) => t > story(r).midT && t < story(r).midT + 6_000),
  ),
  ...(['raise', 'steady', 'story', 'undo', 'lower'] as const).flatMap((phase) => [
    sabotage(`no phase '${phase}'`, noProof, (r) =>
      drop(r, (fact) => fact.kind === 'phase-entered' && fact.phase === phase),
    ),
    sabotage(`the phase '${phase}' twice`, noProof, (r) =>
      again(r, (fact) => fact.kind === 'phase-entered' && fact.phase === phase),
    ),
  ]),
  sabotage('the story begins after its fault', noProof, (r) =>
    move(r, (fact) => fact.kind === 'phase-entered' && fact.phase === 'story', story(r).midT),
  ),
  sabotage('of another variant', otherPlan, (r) => change(r, 'run-started', () => ({ variant: 'another' }))),
  sabotage('of another scenario', otherPlan, (r) => plan(r, { scenario: 'another' })),
  sabotage('of an older badgateway', otherPlan, (r) => change(r, 'run-started', () => ({ planHash: undefined }))),
  sabotage('another hash', otherPlan, (r) => change(r, 'run-started', () => ({ planHash: '0'.repeat(64) }))),
  sabotage('all checks but one cut out', otherPlan, (r) => plan(r, { checks: r.plan.checks.slice(0, 1) })),
  sabotage('one check cut out', otherPlan, (r) => plan(r, { checks: r.plan.checks.slice(1) })),
  sabotage('no check', otherPlan, (r) => plan(r, { checks: [] })),
  sabotage('a limit widened', otherPlan, (r) => {
    const wider = r.plan.checks.map((check) => ('withinMs' in check ? { ...check, withinMs: 9e9 } : check))
    return plan(r, { checks: [...wider, ...wider.slice(0, 1)] })
  }),
  sabotage('another time scale', otherPlan, (r) => plan(r, { incidentMinuteMs: r.plan.incidentMinuteMs * 2 })),
  sabotage('another time scale in the journal', otherPlan, (r) =>
    change(r, 'run-started', ({ incidentMinuteMs }) => ({ incidentMinuteMs: incidentMinuteMs * 2 })),
  ),
  sabotage('another begin of the clock', otherPlan, (r) => change(r, 'run-started', () => ({ clockStart: '03:14' }))),
  sabotage('half the load planned', otherPlan, (r) => plan(r, { load: { users: { ratePerS: 1 } } })),
  sabotage('a step cut out', otherPlan, (r) => plan(r, { story: r.plan.story.slice(0, -1) })),
  sabotage('another stack', otherPlan, (r) => plan(r, { stack: { ...r.plan.stack, web: 7 } })),
  sabotage('other measures', otherPlan, (r) => plan(r, { measures: [...r.plan.measures, 'prayer'] })),
  sabotage('no steady state planned', otherPlan, (r) => plan(r, { steadyMs: 0 })),
  sabotage('a step never entered', 'that the story was told', (r) =>
    drop(r, (fact) => (fact.kind === 'step-entered' || fact.kind === 'step-ended') && fact.step === 1),
  ),
  sabotage('a step never ended', 'that the story was told', (r) =>
    drop(r, (fact) => fact.kind === 'step-ended' && fact.step === 1),
  ),
  sabotage('a step that ends twice', 'that the story was told', (r) =>
    again(r, (fact) => fact.kind === 'step-ended' && fact.step === 1),
  ),
  sabotage('a step of another title', 'that the story was told', (r) =>
    change(r, 'step-entered', ({ step }) => (step === 1 ? { title: 'A cup of tea' } : {})),
  ),
  sabotage('steps in another order', 'that the story was told', (r) =>
    change(r, 'step-entered', ({ step }) => (step < 2 ? { step: 1 - step } : {})),
  ),
  sabotage('a step before its fault was made', 'that the story was told', (r) =>
    move(r, (fact) => fact.kind === 'step-entered' && fact.step === 1, firstFault(r)?.startedT ?? 0),
  ),
]
