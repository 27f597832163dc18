import { groupHtmlReporter } from './group/html.ts'
import { incidentsReporter } from './group/incidents-md.ts'
import { groupJunitReporter } from './group/junit.ts'
import { groupVerdictReporter } from './group/verdict-json.ts'
import { htmlReporter } from './html/report.ts'
import { junitReporter } from './junit/junit.ts'
import { postmortemReporter } from './markdown/postmortem.ts'
import type { FileReporter, GroupReporter } from './reporter.ts'
import { verdictReporter } from './verdict-json.ts'

/** Every file that a run leaves behind for people and programs: a new one is a file and a line here. */
export const fileReporters: readonly FileReporter[] = [verdictReporter, htmlReporter, postmortemReporter, junitReporter]

/** Every file that a group leaves behind beside those of its runs. */
export const groupReporters: readonly GroupReporter[] = [
  groupVerdictReporter,
  groupHtmlReporter,
  incidentsReporter,
  groupJunitReporter,
]

export { count } from '../kit/figures.ts'
export { fanOut } from './fan-out.ts'
export type {
  EndedGroup,
  EndedRun,
  FileReporter,
  GroupReporter,
  LiveReporter,
  ReportedGroup,
  ReportedIncident,
  ReportedRun,
  ReportedVariant,
} from './reporter.ts'
export { runbookPage } from './runbook/html.ts'
export { runbookMarkdown } from './runbook/markdown.ts'
export { runbookText } from './runbook/terminal.ts'
export type { Screen } from './terminal/screen.ts'
export { type TerminalOptions, terminalReporter } from './terminal/terminal.ts'
