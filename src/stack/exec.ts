export interface ExecOptions {
  timeoutMs?: number
  /** True: the output is what it says on the first stream only. */
  stdoutOnly?: boolean
}

/** Runs a program (argv, never a shell string); output is both streams, capped at 1 MiB. */
export type Exec = (argv: readonly string[], options?: ExecOptions) => Promise<{ code: number; output: string }>
