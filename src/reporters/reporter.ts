import type { Verdict } from '../checks/index.ts'
import type { Fact, PlanRecord, RunRecord } from '../journal/index.ts'

/** One variant as it is told: what happened, and what it means. */
export interface ReportedVariant {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** What was played before and came out inconclusive, oldest first; this one is what counts. */
  readonly attempts?: readonly EarlierAttempt[]
}

/** An attempt that was played again. */
export interface EarlierAttempt {
  /** Name of its folder, beside that of the variant. */
  readonly folder: string
  readonly verdict: Verdict
}

/** Told when a variant is played again. */
export interface Repeated extends EarlierAttempt {
  readonly plan: PlanRecord
}

/** One run: its variants in the order in which they were played, at least one. */
export interface ReportedRun {
  readonly variants: readonly ReportedVariant[]
}

/** One scenario of a group: its run, and where that lies below the group's folder. */
export interface ReportedIncident {
  readonly scenario: string
  readonly title: string
  readonly folder: string
  readonly run: ReportedRun
}

/** Several scenarios that were run one after the other. */
export interface ReportedGroup {
  /** As the folder of the scenarios is called: `incidents`. */
  readonly name: string
  readonly incidents: readonly ReportedIncident[]
  /** `scenario/variant` of what was asked for and never run. */
  readonly notRun: readonly string[]
}

/** A format of the overview over a group: pure, like those of a run. */
export interface GroupReporter {
  readonly name: string
  /** Name of the file in the group's folder. */
  readonly file: string
  write(group: ReportedGroup): string | Promise<string>
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
  /** The group it is a part of, whose own end is told later. */
  readonly partOf?: string
}

export interface EndedGroup {
  readonly group: ReportedGroup
  /** Where the group's files lie. */
  readonly folder: string
}

/** Told while it happens. It gets data and gives nothing back: it cannot change anything. */
export interface LiveReporter {
  readonly name: string
  /** Before each variant. */
  onPlan(plan: PlanRecord): void
  onFact(fact: Fact): void
  /** What was played last is kept in this folder and played once more. */
  onRepeat?(repeated: Repeated): void
  /** One that tells of this scenario while others are played beside it; absent: this one may be told of all. */
  beside?(scenario: string): LiveReporter
  /** Once a run, when all variants are judged and the files are written. */
  onEnd(ended: EndedRun): void
  /** Once, when all runs of a group have ended. */
  onGroupEnd?(ended: EndedGroup): void
}
