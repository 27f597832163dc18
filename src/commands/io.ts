import type { WorkflowCommand } from '../kit/ci/workflow-command.ts'

/** The terminal as commands see it: `src/cli.ts` alone knows the process behind it. */
export interface CommandIo {
  out(text: string): void
  err(text: string): void
  setExit(code: number): void
  readonly isTty: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
  readonly color: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Sets variables of this process: libraries that are steered by nothing else read them. */
  setEnv(variables: Readonly<Record<string, string>>): void
  /** Folder that relative paths start from. */
  readonly cwd: string
  /** A command to the runner that reads our output; absent: there is no way to give one. */
  annotate?(command: WorkflowCommand): void
  /** What is piped in; absent: nothing can be. */
  input?(): AsyncIterable<Uint8Array>
  /** One line of whoever sits at the terminal; absent: there is nobody. */
  ask?(question: string): Promise<string>
  /** Calls back on the first, second, third … Ctrl-C or SIGTERM; gives back how to stop that. */
  onInterrupt(listener: (times: number) => void): () => void
  /** Ends the process now, without waiting for anything. */
  exitNow(code: number): never
}
