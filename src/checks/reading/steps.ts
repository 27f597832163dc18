import { type Fact, type FactKind, type FactOf, factsOf } from '../../journal/index.ts'

/** What was noted while a step of the story was on. */
export interface StepSpan {
  readonly entered: FactOf<'step-entered'>
  /** Null when the run ended in the middle of it. */
  readonly ended: FactOf<'step-ended'> | null
  /** Facts of one kind noted between its begin and its end. */
  during<K extends FactKind>(kind: K): FactOf<K>[]
}

/** One step of the story as it was; null when it was never entered. */
export function stepSpan(facts: readonly Fact[], step: number): StepSpan | null {
  const entered = factsOf(facts, 'step-entered').find((fact) => fact.step === step)
  if (!entered) return null
  const ended = factsOf(facts, 'step-ended').find((fact) => fact.step === step && fact.n > entered.n) ?? null
  const last = ended?.n ?? Infinity
  return {
    entered,
    ended,
    during: (kind) => factsOf(facts, kind).filter((fact) => fact.n > entered.n && fact.n < last),
  }
}
