export const deaths = ['runs', 'out of memory', 'heap exhausted', 'killed', 'crashed', 'ended'] as const
export type Death = (typeof deaths)[number]

/** What is left to look at when a program does not answer any more. */
export interface ExitEvidence {
  /** Of its container. */
  running: boolean
  /** Of its container: the code that the engine gives. */
  exitCode: number
  /** Did the engine see the kernel kill for want of memory while the container ended? */
  oomKilled: boolean
  /** Programs that the kernel has killed in this container for want of memory, by its cgroup; null: not readable. */
  oomKills: number | null
  /** Last lines of its log since it started. */
  said: readonly string[]
}

/** 128 and the signal: abort, trap, bus error, segmentation fault. */
const aborts: readonly number[] = [133, 134, 135, 139]
/** Exit code of a program that was killed: 128 and signal 9. */
export const killedCode = 137
const orderly: readonly number[] = [0, 143]
const heapWords = /JavaScript heap out of memory|Reached heap limit|invalid array length Allocation failed/
/** What the program that outlives the server says about it. */
const exitLine = /^supervise: the program ended with (\d+)/

/**
 * How a program ended. The kernel's kill for want of memory is told from V8 giving up on its own, smaller heap: the one
 * is cured by a higher limit of the container, the other never meets that limit.
 */
export function deathOf(evidence: ExitEvidence): { death: Death; because: string } {
  const { running, oomKilled, oomKills, said } = evidence
  const told = said.findLast((line) => exitLine.test(line))
  if (running && told === undefined) return { death: 'runs', because: 'its container runs, and nothing says it ended' }
  const code = told === undefined ? evidence.exitCode : Number(exitLine.exec(told)?.[1])
  const heap = said.find((line) => heapWords.test(line))
  if (heap !== undefined && code !== killedCode) {
    return { death: 'heap exhausted', because: `V8 gave up on its own heap (exit code ${code}): ${heap.trim()}` }
  }
  const kernel = [oomKilled && 'by the engine', oomKills && `by the cgroup's count of ${oomKills}`].filter(Boolean)
  if (code === killedCode && kernel.length > 0) {
    const because = `the kernel killed it at its memory limit (exit code ${code}, reported ${kernel.join(' and ')})`
    return { death: 'out of memory', because }
  }
  if (code === killedCode) return { death: 'killed', because: 'SIGKILL, and not for want of memory (exit code 137)' }
  if (orderly.includes(code)) return { death: 'ended', because: `it ended in order (exit code ${code})` }
  const how = aborts.includes(code) ? 'it aborted' : 'it ended by itself'
  return { death: 'crashed', because: `${how} (exit code ${code})` }
}

/** One that the engine will start again is said to run by the engine itself. */
export const isRunning = (state: { Running: boolean; Restarting: boolean }) => state.Running && !state.Restarting
