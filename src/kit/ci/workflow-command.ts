import { inert } from '../inert.ts'

/** What GitHub's runner shows beside a line of a file. */
export interface WorkflowCommand {
  readonly level: 'error' | 'warning' | 'notice'
  /** Relative to the workspace; absent: it is about no file. */
  readonly file?: string | undefined
  /** From 1. */
  readonly line?: number | undefined
  readonly title: string
  readonly message: string
}

/** The one line in which `::` is meant. Nothing of what was captured can end its part, or begin another command. */
export function inertCommand({ level, file, line, title, message }: WorkflowCommand): string {
  const where = file === undefined ? {} : { file, ...(line === undefined ? {} : { line: String(line) }) }
  const properties = Object.entries({ ...where, title }).map(([name, value]) => `${name}=${property(value)}`)
  return `::${level} ${properties.join(',')}::${data(message)}\n`
}

/** The runner reads these back: `%0A` would be a line again, so what is captured has none. */
const data = (text: string) => inert(text).replaceAll('%', '%25')

const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
