import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Is the process that an owner label names still there? `elsewhere`: it cannot be told from here. */
export type OwnerState = 'alive' | 'dead' | 'elsewhere'

/**
 * A process by a name that no other ever has: `<boot id>/<pid>/<start time>/<pid namespace>`. The start time is in
 * clock ticks since boot, field 22 of /proc/<pid>/stat; process numbers are used again, and differ between namespaces.
 */
export function ownerOf(pid: number): string {
  const { boot, namespace } = here()
  return [boot, pid, startTime(pid) ?? '0', namespace].join('/')
}

/** Looks for the process of an owner label. Another machine, an earlier boot or another namespace: `elsewhere`. */
export function ownerState(label: string): OwnerState {
  const [boot, pidText = '', start, namespace = here().namespace] = label.split('/')
  const pid = Number(pidText)
  const place = here()
  if (!Number.isInteger(pid) || pid < 1 || start === undefined) return 'elsewhere'
  if (boot !== place.boot || namespace !== place.namespace) return 'elsewhere'
  return startTime(pid) === start ? 'alive' : 'dead'
}

/** True unless the process is known to be gone: what cannot be told is left alone. */
export function ownerAlive(label: string): boolean {
  return ownerState(label) !== 'dead'
}

/** True when the label was written before this machine was started, or on another machine. */
export function ownerOfOtherBoot(label: string): boolean {
  return label.split('/')[0] !== here().boot
}

function here(): { boot: string; namespace: string } {
  try {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0',
    }
  } catch {
    return { boot: hostname(), namespace: '0' }
  }
}

/** Undefined when there is no such process, or only its zombie. Without /proc every living process began at '0'. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold anything, so count from the last bracket.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : rest[18]
  } catch {
    return hasProc() ? undefined : signalled(pid)
  }
}

function hasProc(): boolean {
  try {
    return readFileSync('/proc/self/stat', 'utf8') !== ''
  } catch {
    return false
  }
}

function signalled(pid: number): string | undefined {
  try {
    process.kill(pid, 0)
    return '0'
  } catch {
    return undefined
  }
}
