import type { Verdict } from '../checks/index.ts'
import type { Fact } from '../journal/facts.ts'
import type { PlanRecord } from '../journal/plan.ts'
import type { RunRecord } from '../journal/record.ts'

/** One variant as it is told: what happened, and what it means. */
export interface ReportedVariant {
  readonly record: RunRecord
  readonly verdict: Verdict
}

/** One run: its variants in the order in which they were played, at least one. */
export interface ReportedRun {
  readonly variants: readonly ReportedVariant[]
}

/** A format of the finished run: pure, from the record and the verdict alone. */
export interface FileReporter {
  readonly name: string
  /** Name of the file in the run's folder. */
  readonly file: string
  /** The whole file as text. */
  write(run: ReportedRun): string | Promise<string>
  /** The file in one variant's own folder, where that differs from `write` of this variant alone. */
  writeVariant?(variant: ReportedVariant): string | Promise<string>
}

export interface EndedRun {
  readonly run: ReportedRun
  /** Where the run's files lie. */
  readonly folder: string
}

/** Told while it happens. It gets data and gives nothing back: it cannot change anything. */
export interface LiveReporter {
  readonly name: string
  /** Before each variant. */
  onPlan(plan: PlanRecord): void
  onFact(fact: Fact): void
  /** Once, when all variants are judged and the files are written. */
  onEnd(ended: EndedRun): void
}
