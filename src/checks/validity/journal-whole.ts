import { isDeepStrictEqual } from 'node:util'
import { type Fact, type FactOf, factsOf, type PlanRecord, phases, planHashOf } from '../../journal/index.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import type { Reading } from '../reading.ts'

/** Wall time may be set back by so much while it is kept right, ms. */
const setBackMs = 50
/** The end is noted as soon as its figures are known; a busy machine may come between, ms. */
const endNotedMs = 5_000

export const journalWhole = defineGate({
  kind: 'journal-whole',
  asks: 'Is the journal whole, of one run, and of this plan?',
  judge: (reading) => {
    const { facts, torn, plan } = reading
    const first = facts[0]
    if (first?.kind !== 'run-started') return inconclusive('the journal does not begin with the start of a run')
    const { scenario, variant } = first
    if (scenario !== plan.scenario || variant !== plan.variant) {
      return inconclusive(`the journal is of ${scenario}/${variant}, the plan of ${plan.scenario}/${plan.variant}`, [
        first.n,
      ])
    }
    if (first.title !== plan.title)
      return inconclusive(`the journal is of '${first.title}', the plan of '${plan.title}'`)
    const hole = facts.find((fact, index) => fact.n !== index + 1)
    if (hole) return inconclusive(`facts are missing before number ${hole.n}`, [hole.n])
    if (torn > 0) return inconclusive(`${torn} lines of the journal cannot be read`)
    const strange = notOne(facts) ?? notForward(facts) ?? notOfPlan(first, plan) ?? notOfStory(reading)
    return strange ?? pass(`${facts.length} facts of one run, none missing, and of this plan`, [first.n])
  },
})

/** One begin, one end, each phase once and in its order, and nothing after the end. */
function notOne(facts: readonly Fact[]): Answer | undefined {
  const again = factsOf(facts, 'run-started')[1]
  if (again) return inconclusive('another run begins in the middle of it', [again.n])
  const [end, ...ends] = factsOf(facts, 'run-ended')
  if (end && ends.length > 0) {
    const reasons = [end, ...ends].map(({ reason, by }) => `${reason} by the ${by}`).join(', then ')
    return inconclusive(`it ends more than once: ${reasons}`, [end.n, ...ends.map(({ n }) => n)])
  }
  const wrongEnd = end && badEnd(end)
  if (wrongEnd) return inconclusive(wrongEnd, [end.n])
  const late = end && facts.find(({ n }) => n > end.n)
  if (late) return inconclusive(`something is noted after the end of the run: ${late.kind}`, [late.n])
  const entered = factsOf(facts, 'phase-entered').map(({ phase }) => phase)
  const wrong = entered.find((phase, index) => {
    return entered.slice(0, index).some((earlier) => phases.indexOf(earlier) >= phases.indexOf(phase))
  })
  if (wrong) return inconclusive(`the phase '${wrong}' is entered again, or out of order`)
  const missing = phases.find((phase) => !entered.includes(phase))
  return end?.reason === 'completed' && missing ? inconclusive(`the phase '${missing}' was never entered`) : undefined
}

/** Only the harness can say that a run was completed; what it took is what its own clock says. */
function badEnd({ reason, by, t, wallMs, storyMs, overheadMs }: FactOf<'run-ended'>): string | undefined {
  if (reason !== 'completed') return undefined
  if (by !== 'harness') return `the ${by} says that it was completed, and not the harness`
  const isSum = Math.abs(wallMs - storyMs - overheadMs) < 1
  const isIts = wallMs <= t + 1 && t - wallMs < endNotedMs && storyMs >= 0 && overheadMs >= 0
  return isSum && isIts ? undefined : `it says that it took ${wallMs} ms, and ended at ${t} ms`
}

function notForward(facts: readonly Fact[]): Answer | undefined {
  const back = facts.find((fact, index) => fact.t < (facts[index - 1]?.t ?? fact.t))
  if (back) return inconclusive(`monotonic time goes back at fact ${back.n}`, [back.n])
  const setBack = facts.find((fact, index) => {
    return Date.parse(fact.at) + setBackMs < Date.parse(facts[index - 1]?.at ?? fact.at)
  })
  return setBack && inconclusive(`wall time goes back at fact ${setBack.n}`, [setBack.n])
}

function notOfPlan(first: Extract<Fact, { kind: 'run-started' }>, plan: PlanRecord): Answer | undefined {
  if (first.planHash === undefined) {
    return inconclusive('the journal does not say of which plan it is: an older badgateway wrote it', [first.n])
  }
  if (first.planHash !== planHashOf(plan))
    return inconclusive('plan.json is not the plan that this run began with', [first.n])
  const { incidentMinuteMs, clockStart } = first
  if (incidentMinuteMs === plan.incidentMinuteMs && clockStart === plan.clockStart) return undefined
  return inconclusive(`the journal tells ${incidentMinuteMs} ms a minute from ${clockStart}, the plan does not`, [
    first.n,
  ])
}

/** Each step entered once and in order, as the plan has it. */
function notOfStory({ facts, plan, storyFromT, storyToT }: Reading): Answer | undefined {
  const entered = factsOf(facts, 'step-entered')
  const wrong = entered.find(({ step, title, clock }, index) => {
    const planned = plan.story[index]
    const isAtItsTime = planned?.untimed === true || planned?.clock === clock
    return planned?.step !== step || planned.title !== title || !isAtItsTime
  })
  if (wrong)
    return inconclusive(`step ${wrong.step} (${wrong.title}) is not the one that the plan has there`, [wrong.n])
  const other = entered.find(({ what }, index) => {
    const { does, detail } = plan.story[index] ?? {}
    return !isDeepStrictEqual(what, { does, ...detail })
  })
  if (other)
    return inconclusive(`step ${other.step} (${other.title}) does something else than the plan says`, [other.n])
  const ended = factsOf(facts, 'step-ended')
  const twice = ended.find(({ step, n }, index) => {
    return (
      ended.findIndex((one) => one.step === step) !== index || !entered.some((one) => one.step === step && one.n < n)
    )
  })
  if (twice) return inconclusive(`step ${twice.step} ends twice, or before it began`, [twice.n])
  const early = entered.find(({ n }, index) => index > 0 && (ended[index - 1]?.n ?? Infinity) > n)
  if (early)
    return inconclusive(`step ${early.step} (${early.title}) began before the one before it had ended`, [early.n])
  const outside = [...entered, ...ended].find(({ t }) => t < (storyFromT ?? Infinity) || t > storyToT)
  return outside && inconclusive(`step ${outside.step} is outside of the story`, [outside.n])
}
