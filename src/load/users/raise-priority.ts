import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { availableParallelism, constants, setPriority } from 'node:os'
import { basename, join } from 'node:path'

/** Above it the thread would be busy enough to keep what it asks from working. */
const realtimeBelowPerS = 2_000
/**
 * Above it the thread takes a good part of a core: going first, it would keep a server on the same machine from
 * answering, and open ever more connections to it. docs/measurements.md.
 */
const highBelowPerS = 10_000
/** The lowest but some: kernel threads that have one of their own come first. */
const realtimePriority = 10
const commandLimitMs = 2_000
const ownThread = '/proc/thread-self'

export interface Machine {
  cores: number
  /** Runs a command to its end; throws when it fails. */
  run(file: string, args: readonly string[]): unknown
  /** Raises the priority of this thread; throws where that is not allowed. */
  raise(): void
  /** Gives this thread the priority of all others again. */
  lower(): void
  /**
   * This thread, for the kernel, and those of V8 that help each thread of this process to collect its garbage; null
   * where the kernel does not tell, as on macOS.
   */
  threads(): { own: string; helpers: readonly string[] } | null
}

const thisMachine: Machine = {
  cores: availableParallelism(),
  run: (file, args) => execFileSync(file, args, { stdio: 'ignore', timeout: commandLimitMs }),
  // On Linux of this one thread.
  raise: () => setPriority(0, constants.priority.PRIORITY_HIGH),
  lower: () => setPriority(0, constants.priority.PRIORITY_NORMAL),
  threads: () => {
    if (!existsSync(ownThread)) return null
    return { own: basename(readlinkSync(ownThread)), helpers: helpersOf('/proc/self/task') }
  },
}

export type Turn = 'realtime' | 'high' | 'normal'

/**
 * A machine that is busy with containers must not make the users late: their thread goes before all others where that
 * is allowed (Linux, as root), and so do the helpers of V8, for which it waits while garbage is collected. Users who
 * ask so often that their thread needs much of a core only get a higher priority, and so do those of a machine with
 * one core; above 10,000 a second they go with all others. `before` is what the thread has had so far. Gives what was
 * allowed; the gate `load-healthy` tells when the users were late all the same.
 */
export function raisePriority(mostPerS: number, before: Turn = 'normal', machine: Machine = thisMachine): Turn {
  const { cores, raise, lower } = machine
  const isLight = mostPerS <= realtimeBelowPerS && cores > 1
  if (isLight && before === 'realtime') return before
  if (before === 'realtime') schedule(machine, '--other', 0)
  if (mostPerS > highBelowPerS) {
    if (before !== 'normal') allowed(lower)
    return 'normal'
  }
  const raised = allowed(raise)
  const first = isLight && schedule(machine, '--rr', realtimePriority)
  return first ? 'realtime' : raised ? 'high' : 'normal'
}

/** Whether this thread is scheduled so now; its helpers are where that is allowed. */
function schedule({ run, threads }: Machine, policy: '--rr' | '--other', priority: number): boolean {
  const reset = policy === '--rr' ? ['--reset-on-fork'] : []
  const one = (thread: string) => allowed(() => run('chrt', [policy, ...reset, '--pid', String(priority), thread]))
  const found = threads()
  if (found === null || !one(found.own)) return false
  for (const helper of found.helpers) one(helper)
  return true
}

function allowed(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

/** One that has ended meanwhile is none. */
function helpersOf(tasks: string): string[] {
  return readdirSync(tasks).filter((thread) => {
    try {
      return readFileSync(join(tasks, thread, 'comm'), 'utf8').startsWith('V8Worker')
    } catch {
      return false
    }
  })
}
