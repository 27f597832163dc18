import type { Fact } from './facts.ts'
import type { PlanRecord } from './plan.ts'

/** One variant of one run, as it lies on disk: all that a verdict and a report may know. */
export interface RunRecord {
  readonly plan: PlanRecord
  readonly facts: readonly Fact[]
  /** Lines of the journal that could not be read, e.g. one cut short by a kill. */
  readonly torn: number
}
