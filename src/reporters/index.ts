import { htmlReporter } from './html/report.ts'
import { junitReporter } from './junit/junit.ts'
import { postmortemReporter } from './markdown/postmortem.ts'
import type { FileReporter } from './reporter.ts'
import { verdictReporter } from './verdict-json.ts'

/** Every file that a run leaves behind for people and programs: a new one is a file and a line here. */
export const fileReporters: readonly FileReporter[] = [verdictReporter, htmlReporter, postmortemReporter, junitReporter]

export { fanOut } from './fan-out.ts'
export type { EndedRun, FileReporter, LiveReporter, ReportedRun, ReportedVariant } from './reporter.ts'
export type { Screen } from './terminal/screen.ts'
export { type TerminalOptions, terminalReporter } from './terminal/terminal.ts'
