import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

/**
 * Waits for the program and, beside it, for the end of its own standard input, which is a pipe of ours: when we are
 * gone, however we went, everything that it started is told to end. It leads a group of its own (`0` for kill), so
 * nobody else is.
 */
const watching = (graceS?: number) => `
exec 3<&0
"$@" 3<&- </dev/null &
made=$!
{ ${graceS === undefined ? '' : "trap '' TERM; "}cat <&3; kill -TERM 0${
  graceS === undefined ? '' : `; sleep ${graceS}; kill -KILL 0`
}; } >/dev/null 2>&1 &
exec 3<&-
wait "$made"`

export interface Ending {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when it has ended and all that it wrote is read: its exit code, or null when a signal ended it. */
  readonly closed: Promise<number | null>
  /** Ends it, and all that it started. */
  end(): void
}

/**
 * Starts a program that does not outlive this process, be it killed. `closed` rejects when it cannot be started.
 * `graceS`: what is told to end and does not is killed after so many seconds; absent: it is left alone.
 */
export function startEndingWithUs(
  program: string,
  args: readonly string[] = [],
  env?: NodeJS.ProcessEnv,
  cwd?: string,
  graceS?: number,
): Ending {
  const child = spawn('sh', ['-c', watching(graceS), 'sh', program, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(env === undefined ? {} : { env }),
    ...(cwd === undefined ? {} : { cwd }),
  })
  const end = () => void child.stdin.destroy()
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    // What watched goes too: it held nothing but our pipe.
    child.once('exit', end)
    child.once('close', resolve)
  })
  return { stdout: child.stdout, stderr: child.stderr, closed, end }
}
