import { factsOf, type PlannedStep } from '../../journal/index.ts'
import { defineGate, inconclusive, pass } from '../check.ts'
import { stepSpan } from '../reading/steps.ts'

/** What the system owes: it can be missing, and its check says so. Everything else is the harness's own doing. */
const mayGoWrong: readonly PlannedStep['does'][] = ['recovered', 'alert']

export const storyComplete = defineGate({
  kind: 'story-complete',
  asks: 'Did the story run to its end?',
  judge: ({ facts, plan }) => {
    const ended = factsOf(facts, 'run-ended').at(-1)
    if (!ended) return inconclusive('the journal ends before the run did')
    if (ended.reason !== 'completed')
      return inconclusive(`the run was ${ended.reason} (reported by the ${ended.by})`, [ended.n])
    const spans = plan.story.map(({ step, title, does }) => ({ step, title, does, span: stepSpan(facts, step) }))
    const open = spans.filter(({ span }) => !span?.ended)
    if (open.length > 0) {
      return inconclusive(`not run to the end: ${open.map(({ step, title }) => `step ${step} (${title})`).join(', ')}`)
    }
    const asked = new Set(plan.checks.map((check) => check['step']))
    // What went wrong in a step is for the check about that step; when nobody asks, it must not go unnoticed.
    const unasked = spans.find(
      ({ step, does, span }) => span?.ended?.ok === false && !(mayGoWrong.includes(does) && asked.has(step)),
    )
    if (unasked) {
      const { step, title, span } = unasked
      return inconclusive(`step ${step} (${title}) went wrong and no check can tell why: ${span?.ended?.because}`)
    }
    return pass(`all ${spans.length} steps were run`, [ended.n])
  },
})
