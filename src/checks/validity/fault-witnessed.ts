import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'

type Injected = FactOf<'fault-injected'>
type Witnessed = FactOf<'fault-witnessed'>

export const faultWitnessed = defineGate({
  kind: 'fault-witnessed',
  asks: 'Was each fault really there, or really stopped, as observed by a witness other than its injector?',
  judge: ({ facts, plan }) => {
    const planned = plan.story.filter((step) => step.does === 'fault')
    const injected = factsOf(facts, 'fault-injected')
    if (planned.length === 0 && injected.length === 0) return pass('the plan has no fault, and none was injected')
    if (injected.length === 0) return inconclusive('a fault was planned and none was injected')
    const strange = strangeLook(facts, injected)
    if (strange) return strange
    const missing = planned.find((step) => !stepSpan(facts, step.step)?.during('fault-injected').length)
    const seen = injected.map((fact) => judgeFault(facts, fact, actsOf(facts, planned, fact)))
    return missing
      ? [...seen, inconclusive(`step ${missing.step} (${missing.title}): its fault was never injected`)]
      : seen
  },
})

/** What measures did in the step of this fault: another's acts prove nothing of it. */
function actsOf(facts: readonly Fact[], planned: readonly { step: number }[], { n, outcome }: Injected) {
  const spans = planned.map(({ step }) => stepSpan(facts, step))
  const own = spans.find((span) => span?.during('fault-injected').some((fact) => fact.n === n))
  return (own?.during('measure-acted') ?? []).filter((act) => act.action === outcome && act.because !== '')
}

/** Witnesses are tied to their fault by its name, so each name is one fault's. */
function strangeLook(facts: readonly Fact[], injected: readonly Injected[]): Answer | undefined {
  const twice = injected.find(({ fault }, index) => injected.findIndex((one) => one.fault === fault) !== index)
  if (twice)
    return inconclusive(`two faults are called ${twice.fault}: their witnesses cannot be told apart`, [twice.n])
  const names = new Set(injected.map(({ fault }) => fault))
  const stray = factsOf(facts, 'fault-witnessed').find(({ fault }) => !names.has(fault))
  return stray && inconclusive(`a witness looked at ${stray.fault}, which was never injected`, [stray.n])
}

function judgeFault(facts: readonly Fact[], injected: Injected, acts: readonly FactOf<'measure-acted'>[]): Answer {
  const seen = factsOf(facts, 'fault-witnessed').filter((fact) => fact.fault === injected.fault)
  const numbers = [injected.n, ...seen.map((fact) => fact.n)]
  const { fault, outcome } = injected
  const biased = seen.find((fact) => fact.witness === '' || fact.witness === injected.faultKind)
  if (biased) return inconclusive(`${fault}: the witness is the injector itself`, [biased.n])
  if (outcome !== 'in-force' && acts.length === 0) {
    return inconclusive(`${fault}: said to be ${outcome}, but no measure says why`, numbers)
  }
  const wrong = wrongSight(seen, outcome) ?? wrongOrder(facts, injected, seen)
  if (wrong) return inconclusive(`${fault} (${outcome}): ${wrong}`, numbers)
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
    const observations = at(moment)
    if (observations.length === 0) return `no observation was made at its ${moment}`
    const absent = observations.find((fact) => !fact.present && !isHalfGone(fact, seen))
    if (absent) return `not there at its ${moment}: ${absent.because}`
    if (!observations.some((fact) => fact.present)) return `not all of it was observed at its ${moment}`
  }
  // Only the newest count says how many there were in the end.
  if (outcome === 'in-force' && at('end').at(-1)?.met === 0) return 'no request of a user met it'
  const before = at('before')
  if (before.length === 0) return 'no observation was made before it'
  const early = before.find((fact) => fact.present)
  if (early) return `there before it was injected: ${early.because}`
  if (outcome === 'in-force') return undefined
  const later = outcome === 'rolled-back' ? at('after') : seen.filter((fact) => fact.moment !== 'before')
  // Only the last look counts for a roll-back; what never got in must never have been seen.
  const present = (outcome === 'rolled-back' ? later.slice(-1) : later).find((fact) => fact.present)
  return present && `there although it was stopped: ${present.because}`
}

/** A remedy took it away at some servers, and was seen to: at the others it is still there. */
function isHalfGone(observation: Witnessed, seen: readonly Witnessed[]): boolean {
  const last = seen.findLast(({ n, moment }) => n < observation.n && moment === 'after')
  return observation.partly === true && last?.partly === true && last.present
}

/** The end is seen in the step that ends it, or just before, ms. */
const closeMs = 2_000
/** The middle is this share of its time from either edge at least: three looks at one moment are one look. */
const middleShare = 0.01

/** Whether the looks were made when they say: before, start, middle, end, one after the other, and around the deeds. */
function wrongOrder(facts: readonly Fact[], injected: Injected, seen: readonly Witnessed[]): string | undefined {
  const at = (moment: Moment) => seen.filter((fact) => fact.moment === moment)
  if (at('before').some(({ t }) => t > injected.startedT)) return 'the look before it came when it had begun'
  const entered = factsOf(facts, 'step-entered').findLast(({ n }) => n < injected.n)
  if (at('before').every(({ n }) => n < (entered?.n ?? 0))) return 'the look before it came long before it'
  const isStopped = injected.outcome !== 'in-force'
  if (isStopped && !at('after').some(({ n }) => n > injected.n)) return 'no observation was made after it was stopped'
  const start = at('start')[0]
  if (start && start.t <= injected.startedT) return 'its start was seen before it had begun'
  const step = factsOf(facts, 'step-ended').find(({ n }) => n > injected.n)
  if (start && start.n > (step?.n ?? Infinity)) return 'its start was seen long after it had begun'
  if (injected.outcome === 'rolled-back') {
    const after = at('after').at(-1)
    return start && after && after.n < start.n ? 'the look after it came before that at its start' : undefined
  }
  const end = at('end').at(-1)
  if (injected.outcome !== 'in-force' || !start || !end) return undefined
  const over = endOf(facts, injected)
  if (!over) return 'its end was not recorded'
  if (end.n > over.n) return 'its end was seen when it was over'
  if (end.n < over.fromN && end.t < over.t - closeMs)
    return `its end was seen ${inSeconds(over.t - end.t)} before it was over`
  const least = Math.max(1, (end.t - start.t) * middleShare)
  const isBetween = ({ t }: Witnessed) => t - start.t >= least && end.t - t >= least
  return at('middle').some(isBetween) ? undefined : 'its middle was not seen between start and end'
}

/** When it was over: told by which fact, begun at what instant, and in a step or phase that began with which. */
function endOf(facts: readonly Fact[], { fault, n }: Injected): { n: number; t: number; fromN: number } | undefined {
  const undone = factsOf(facts, 'fault-undone').find((fact) => fact.fault === fault && fact.n > n)
  if (!undone) return undefined
  const undo = factsOf(facts, 'phase-entered').find(({ phase }) => phase === 'undo')
  if (undone.by === 'undo' && undo) return { n: undone.n, t: undo.t, fromN: undo.n }
  const remedy = factsOf(facts, 'remedy-applied').findLast((fact) => fact.n < undone.n)
  const step = factsOf(facts, 'step-entered').findLast((fact) => fact.n < undone.n)
  if (undone.by === 'remedy' && remedy) return { n: undone.n, t: remedy.startedT, fromN: step?.n ?? remedy.n }
  // It passed by itself: what ends it may take its time, a surge its open requests.
  return { n: undone.n, t: undone.t - passingMs, fromN: undone.n }
}

/** What passes by itself is seen, ended and seen again within this, ms. */
const passingMs = 15_000
