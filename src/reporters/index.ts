import { ctrfReporter, groupCtrfReporter } from './ctrf/ctrf.ts'
import { groupHtmlReporter } from './group/html.ts'
import { incidentsReporter } from './group/incidents-md.ts'
import { groupJunitReporter } from './group/junit.ts'
import { groupVerdictReporter } from './group/verdict-json.ts'
import { htmlReporter } from './html/report.ts'
import { junitReporter } from './junit/junit.ts'
import { postmortemReporter } from './markdown/postmortem.ts'
import { matrixHtmlReporter } from './matrix/html.ts'
import { matrixJsonReporter } from './matrix/json.ts'
import { matrixMarkdownReporter } from './matrix/markdown.ts'
import { isMatrix } from './matrix/rows.ts'
import type { FileReporter, GroupReporter, ReportedRun } from './reporter.ts'
import { groupTimesReporter, timesReporter } from './times.ts'
import { verdictReporter } from './verdict-json.ts'

/** Every file that a run leaves behind for people and programs: a new one is a file and a line here. */
export const fileReporters: readonly FileReporter[] = [
  verdictReporter,
  htmlReporter,
  postmortemReporter,
  junitReporter,
  ctrfReporter,
]

/** Every file of a run whose variants are cells of a matrix; each cell has a report of its own. */
export const matrixReporters: readonly FileReporter[] = [
  verdictReporter,
  matrixHtmlReporter,
  matrixMarkdownReporter,
  matrixJsonReporter,
  junitReporter,
  ctrfReporter,
  timesReporter,
]

/** The files that tell of this run as a whole. */
export const filesOf = (run: ReportedRun): readonly FileReporter[] => (isMatrix(run) ? matrixReporters : fileReporters)

/** Every file that a group leaves behind beside those of its runs. */
export const groupReporters: readonly GroupReporter[] = [
  groupVerdictReporter,
  groupHtmlReporter,
  incidentsReporter,
  groupJunitReporter,
  groupCtrfReporter,
  groupTimesReporter,
]

export { fanOut } from './fan-out.ts'
export { md, mdCode } from './markdown/escape.ts'
export { matrixData } from './matrix/json.ts'
export { matrixLive } from './matrix/live.ts'
export { matrixTable, withCode } from './matrix/markdown.ts'
export {
  type MatrixRow,
  matrixSentence,
  notesOf,
  outcomeOf,
  rowOf,
  rowsToTell,
  sortedRows,
  titleOf,
  verdictWord,
} from './matrix/rows.ts'
export { defineReporter, ownFiles, ownFilesOf, toldOf } from './own.ts'
export type {
  EndedGroup,
  EndedRun,
  FileReporter,
  GroupReporter,
  LiveReporter,
  OwnView,
  ReportedGroup,
  ReportedIncident,
  ReportedRun,
  ReportedVariant,
  ReporterKind,
  ToldPlace,
} from './reporter.ts'
export { colorsFor } from './terminal/colors.ts'
export type { Screen } from './terminal/screen.ts'
export { type TextCell, type TextRow, textTable } from './terminal/table.ts'
export { type TerminalOptions, terminalReporter } from './terminal/terminal.ts'
export { toldText } from './told/terminal.ts'
export type { Told, ToldCell, ToldList, ToldPart, ToldTable } from './told/told.ts'
export { statusOf, statusWords } from './words/status.ts'
