import type { CellRow } from '../checks/index.ts'
import type { CellDrift } from '../drift/index.ts'
import type { Place } from '../kit/data/line.ts'
import type { ExitCode } from '../kit/errors.ts'
import type { ReportedRun } from '../reporters/index.ts'

/** What somebody's own files say of a cell. */
export interface Places {
  /** The directive that the row's change is about; undefined: the facts name none, or its file is not on this disk. */
  directive(row: Pick<CellRow, 'planned' | 'directive'>): Place | undefined
  /** The budget that this check holds it to; where none is written, that of all, or the top of badgateway.yaml. */
  budget(row: Pick<CellRow, 'planned'>, check: string): Place
  /** Its entry in the snapshot; the top of badgateway.yaml where there is none. */
  snapshot(row: Pick<CellRow, 'cell'>): Place
}

/** A check that has ended, as CI is told of it. */
export interface ToldCheck {
  readonly run: ReportedRun
  readonly exitCode: ExitCode
  /** False: budgets are nobody's business, two stacks were compared. */
  readonly isHeld: boolean
  /** How it stands to what was agreed on, or to the other stack; `beside`: what that is called. */
  readonly drift?: { readonly cells: readonly CellDrift[]; readonly beside: string } | undefined
  /** Path of badgateway.yaml below the root of the repository: by it one stack is told from the others. */
  readonly stack: string
  /** Files are relative to that root. */
  readonly places: Places
  /** The command that gives it again. */
  readonly command: string
  readonly version: string
  /** The file of the same folder that has all that was cut. */
  readonly whole: string
}
