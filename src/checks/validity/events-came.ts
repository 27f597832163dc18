import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { counted, inSeconds } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'
import { phaseOf } from '../reading/story-clock.ts'

/** What was to happen after something that did not happen came at no time of the story. */
export const eventsCame = defineGate({
  kind: 'events-came',
  asks: 'Did every event come that a step of the story waits for?',
  judge: ({ facts, plan }) => {
    const waiting = plan.story.filter(({ once }) => once !== undefined)
    const awaited = factsOf(facts, 'event-awaited')
    if (waiting.length + awaited.length === 0) return pass('no step waits for an event')
    const wrong = waiting.flatMap(({ step, title }): Answer[] => {
      const [fact, again] = awaited.filter((one) => one.step === step)
      if (again || (fact && !isInTurn(facts, fact)))
        return [inconclusive(`step ${step + 1} (${title}) did not wait for its event just before it`, [fact?.n ?? 0])]
      if (!fact)
        return stepSpan(facts, step) ? [inconclusive(`step ${step + 1} (${title}) did not wait for its event`)] : []
      if (fact.met) return []
      const limit = `within ${inSeconds(fact.limitMs)}`
      const waited = `step ${step + 1} (${title}) waited for: ${fact.event}`
      return [inconclusive(`${waited}; it did not come ${limit}, but ${fact.seen}`, [fact.n])]
    })
    const stray = awaited.find((one) => !waiting.some(({ step }) => step === one.step))
    if (stray)
      return inconclusive(`step ${stray.step + 1} waited for: ${stray.event}; the plan has no such event`, [stray.n])
    const numbers = awaited.map(({ n }) => n)
    return wrong[0] ?? pass(`${counted(awaited.length, 'event')} came before the steps that wait for them`, numbers)
  },
})

/** One clock, read twice, ms. */
const roundingMs = 50

/** It waited after the step before had ended, for no longer than there was time, and its step was entered then. */
function isInTurn(facts: readonly Fact[], { step, n, t, waitedMs }: FactOf<'event-awaited'>): boolean {
  const next = factsOf(facts, 'step-entered').find((one) => one.n > n)
  const before = factsOf(facts, 'step-ended').findLast((one) => one.n < n)
  const sinceT = before?.t ?? phaseOf(facts, 'story') ?? 0
  return (next === undefined || next.step === step) && waitedMs >= 0 && waitedMs <= t - sinceT + roundingMs
}
