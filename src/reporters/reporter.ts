import type { Verdict } from '../checks/index.ts'
import type { Fact, PlanRecord, RunRecord } from '../journal/index.ts'
import type { Told } from './told/told.ts'

/** One variant as it is told: what happened, and what it means. */
export interface ReportedVariant {
  readonly record: RunRecord
  readonly verdict: Verdict
  /** What was played before and came out inconclusive, oldest first; this one is what counts. */
  readonly attempts?: readonly EarlierAttempt[]
  /** Reporters that its scenario brings along; absent: none. */
  readonly own?: readonly ReporterKind[]
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
  /** What a run that was joined from shards lacks; with any of it there is no verdict. Absent: nothing. */
  readonly lacks?: readonly string[]
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
  /** As of a run. */
  readonly lacks?: readonly string[]
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
  /** When a variant is judged, and is not played again. */
  onVariant?(variant: ReportedVariant): void
  /** Once a run, when all variants are judged and the files are written. */
  onEnd(ended: EndedRun): void
  /** Once, when all runs of a group have ended. */
  onGroupEnd?(ended: EndedGroup): void
}

/** Where something is told: on a page of its own, in a section of a variant's report, or on a terminal. */
export type ToldPlace = 'page' | 'section' | 'terminal'

/** A report that a scenario brings along. */
export interface ReporterKind {
  readonly is: 'reporter'
  /** Its name, and that of its pages: lower-case words joined by `-`. */
  readonly kind: string
  /** One sentence for help and documents. */
  readonly about: string
  /**
   * What it tells of these variants, in the order in which they were played; null: nothing. It becomes a section of
   * each variant's part of `report.html`, and `KIND.md` and `KIND.html` in the folder of a run or a group of runs.
   * Pure; what it throws is told in the place of it.
   */
  readonly tell?: (variants: readonly OwnView[], place: ToldPlace) => Told | null
  /** A file of another format in the folder of a run or a group. What `write` throws is RUN_DIR_INVALID (exit 64). */
  readonly file?: {
    /** `slo.csv`: a plain name that no other file of a run has. */
    readonly name: string
    readonly write: (variants: readonly OwnView[]) => string | Promise<string>
  }
}

/** What a reporter of a scenario's own sees of a variant: what happened, and what it means. */
export type OwnView = Pick<ReportedVariant, 'record' | 'verdict'> & { readonly attempts?: readonly EarlierAttempt[] }
