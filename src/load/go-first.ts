import { execFileSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { availableParallelism, constants, setPriority } from 'node:os'
import { basename } from 'node:path'

/** Above it the thread would be busy enough to keep what it asks from working. */
const realtimeBelowPerS = 2_000
/** The lowest but some: kernel threads that have one of their own come first. */
const realtimePriority = 10
const commandLimitMs = 2_000

export interface Machine {
  cores: number
  /** Runs a command to its end; throws when it fails. */
  run(file: string, args: readonly string[]): unknown
  /** Raises the priority of this thread; throws where that is not allowed. */
  raise(): void
}

const thisMachine: Machine = {
  cores: availableParallelism(),
  run: (file, args) => execFileSync(file, args, { stdio: 'ignore', timeout: commandLimitMs }),
  // On Linux of this one thread.
  raise: () => setPriority(0, constants.priority.PRIORITY_HIGH),
}

export type Turn = 'realtime' | 'high' | 'normal'

/**
 * A machine that is busy with containers must not make the users late: their thread goes before all others where that
 * is allowed (Linux, as root). Users who ask so often that their thread needs much of a core only get a higher
 * priority, and so do those of a machine with one core; `before` is what the thread has had so far. Gives what was
 * allowed; the gate `load-healthy` tells when the users were late all the same.
 */
export function goFirst(mostPerS: number, before: Turn = 'normal', machine: Machine = thisMachine): Turn {
  const { cores, run, raise } = machine
  const isLight = mostPerS <= realtimeBelowPerS && cores > 1
  if (isLight && before === 'realtime') return before
  const schedule = (...policy: string[]) => allowed(() => run('chrt', [...policy, threadId()]))
  if (before === 'realtime') schedule('--other', '--pid', '0')
  const raised = allowed(raise)
  const first = isLight && schedule('--rr', '--reset-on-fork', '--pid', String(realtimePriority))
  return first ? 'realtime' : raised ? 'high' : 'normal'
}

function allowed(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** Of the calling thread, for the kernel. */
const threadId = () => basename(readlinkSync('/proc/thread-self'))
