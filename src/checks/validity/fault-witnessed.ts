import { type Fact, type FactOf, factsOf } from '../../journal/facts.ts'
import { type Answer, defineGate, pass, unsure } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'

type Injected = FactOf<'fault-injected'>
type Witnessed = FactOf<'fault-witnessed'>

export const faultWitnessed = defineGate({
  kind: 'fault-witnessed',
  asks: 'Was each fault really there, or really stopped, seen by somebody other than its injector?',
  judge: ({ facts, plan }) => {
    const planned = plan.story.filter((step) => step.does === 'fault')
    const injected = factsOf(facts, 'fault-injected')
    if (planned.length === 0 && injected.length === 0) return pass('the plan has no fault, and none was injected')
    if (injected.length === 0) return unsure('a fault was planned and none was injected')
    const missing = planned.find((step) => !stepSpan(facts, step.step)?.during('fault-injected').length)
    const seen = injected.map((fact) => judgeFault(facts, fact, actsOf(facts, planned, fact)))
    return missing ? [...seen, unsure(`step ${missing.step} (${missing.title}): its fault was never injected`)] : seen
  },
})

/** What measures did in the step of this fault: another's acts prove nothing of it. */
function actsOf(facts: readonly Fact[], planned: readonly { step: number }[], { n, outcome }: Injected) {
  const spans = planned.map(({ step }) => stepSpan(facts, step))
  const own = spans.find((span) => span?.during('fault-injected').some((fact) => fact.n === n))
  return (own?.during('measure-acted') ?? []).filter((act) => act.action === outcome && act.because !== '')
}

function judgeFault(facts: readonly Fact[], injected: Injected, acts: readonly FactOf<'measure-acted'>[]): Answer {
  const seen = factsOf(facts, 'fault-witnessed').filter((fact) => fact.fault === injected.fault)
  const numbers = [injected.n, ...seen.map((fact) => fact.n)]
  const { fault, outcome } = injected
  const biased = seen.find((fact) => fact.witness === '' || fact.witness === injected.faultKind)
  if (biased) return unsure(`${fault}: the witness is the injector itself`, [biased.n])
  if (outcome !== 'in-force' && acts.length === 0) {
    return unsure(`${fault}: said to be ${outcome}, but no measure says why`, numbers)
  }
  const wrong = wrongSight(seen, outcome)
  if (wrong) return unsure(`${fault} (${outcome}): ${wrong}`, numbers)
  const witness = seen[0]?.witness ?? ''
  const by = acts.map((act) => act.measure).join(', ')
  const because = {
    'in-force': `there at start, middle and end, absent before`,
    rejected: `attempted, rejected by ${by}, and never there`,
    'kept-off': `attempted, kept off by ${by}, and never there`,
    'rolled-back': `there at its start, rolled back by ${by}, and gone after`,
  }[outcome]
  return pass(`${fault}: ${because} (seen by ${witness})`, [...numbers, ...acts.map((act) => act.n)])
}

type Moment = Witnessed['moment']
const whileOn: readonly Moment[] = ['start', 'middle', 'end']

/** What the witnesses say against the outcome; undefined when they bear it out. */
function wrongSight(seen: readonly Witnessed[], outcome: Injected['outcome']): string | undefined {
  const at = (moment: Moment) => seen.filter((fact) => fact.moment === moment)
  const needPresent = { 'in-force': whileOn, 'rolled-back': ['start'], rejected: [], 'kept-off': [] }[outcome]
  for (const moment of needPresent as readonly Moment[]) {
    const sights = at(moment)
    if (sights.length === 0) return `nobody looked at its ${moment}`
    const absent = sights.find((fact) => !fact.present)
    if (absent) return `not there at its ${moment}: ${absent.because}`
  }
  const before = at('before')
  if (before.length === 0) return 'nobody looked before it'
  const early = before.find((fact) => fact.present)
  if (early) return `there before it was injected: ${early.because}`
  if (outcome === 'in-force') return undefined
  const later = outcome === 'rolled-back' ? at('after') : seen.filter((fact) => fact.moment !== 'before')
  if (later.length === 0) return 'nobody looked after it was stopped'
  // Only the last look counts for a roll-back; what never got in must never have been seen.
  const present = (outcome === 'rolled-back' ? later.slice(-1) : later).find((fact) => fact.present)
  return present && `there although it was stopped: ${present.because}`
}
