import type { Step } from './schema.ts'

/** A step and the time from which on it may come. */
export type TimedStep = Omit<Step, 'at'> & {
  at: string
  /** It has none of its own, but waits for its event alone. */
  isUntimed: boolean
}

/** Who waits for an event alone comes after the step before. */
export function withTimes(story: readonly Step[], start: string): TimedStep[] {
  let earliest = start
  return story.map((step) => {
    earliest = step.at ?? earliest
    return { ...step, at: earliest, isUntimed: step.at === undefined }
  })
}

/** As the scenario has it. */
export function withoutTimes({ at, isUntimed, ...step }: TimedStep): Step {
  return isUntimed ? step : { at, ...step }
}
