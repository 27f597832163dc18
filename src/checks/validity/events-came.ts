import { factsOf } from '../../journal/facts.ts'
import { type Answer, defineGate, pass, unsure } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'
import { counted, inSeconds } from '../words.ts'

/** What was to happen after something that did not happen came at no time of the story. */
export const eventsCame = defineGate({
  kind: 'events-came',
  asks: 'Did every event come that a step of the story waits for?',
  judge: ({ facts, plan }) => {
    const waiting = plan.story.filter(({ once }) => once !== undefined)
    if (waiting.length === 0) return pass('no step waits for an event')
    const awaited = factsOf(facts, 'event-awaited')
    const wrong = waiting.flatMap(({ step, title }): Answer[] => {
      const fact = awaited.findLast((one) => one.step === step)
      if (!fact) return stepSpan(facts, step) ? [unsure(`step ${step + 1} (${title}) did not wait for its event`)] : []
      if (fact.met) return []
      const limit = `within ${inSeconds(fact.limitMs)}`
      const waited = `step ${step + 1} (${title}) waited for: ${fact.event}`
      return [unsure(`${waited}; it did not come ${limit}, but ${fact.seen}`, [fact.n])]
    })
    const numbers = awaited.map(({ n }) => n)
    return wrong[0] ?? pass(`${counted(awaited.length, 'event')} came before the steps that wait for them`, numbers)
  },
})
