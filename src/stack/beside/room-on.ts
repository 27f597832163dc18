import type { Exec } from '../exec.ts'

/** A file system that a path of a service lies on, as its kernel tells. */
export interface RoomOn {
  /** `tmpfs`, `ext4`, `overlay`. */
  readonly kind: string
  /** Where it is mounted; `/`: the container's own. */
  readonly mountedAt: string
  readonly sizeBytes: number
  readonly freeBytes: number
}

/** Least that a file takes. */
export const pageBytes = 4_096

/** Below this a service's files lie, for who stands among its processes. */
const rootOf = '/proc/1/root'

/** Undefined: there is no such path. */
export async function roomOn(exec: Exec, path: string): Promise<RoomOn | undefined> {
  const [mounts, sizes] = await Promise.all([
    exec(['cat', '/proc/1/mountinfo'], { stdoutOnly: true }),
    exec(['stat', '-f', '-c', '%S %b %a', `${rootOf}${path}`], { stdoutOnly: true }),
  ])
  const [block = Number.NaN, all = 0, free = 0] = sizes.output.trim().split(' ').map(Number)
  if (sizes.code !== 0 || Number.isNaN(block)) return undefined
  const [found] = mountsIn(mounts.output)
    .filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`))
    .sort((a, b) => b.at.length - a.at.length)
  return { kind: found?.kind ?? '', mountedAt: found?.at ?? '/', sizeBytes: block * all, freeBytes: block * free }
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`. The last one at a place covers those before. */
function mountsIn(text: string): { at: string; kind: string }[] {
  const all = text.split('\n').flatMap((line) => {
    const [before = '', behind = ''] = line.split(' - ')
    const at = before.split(' ')[4]
    const kind = behind.split(' ')[0]
    return at && kind ? [{ at, kind }] : []
  })
  return all.reverse()
}

/** The file that fills a folder, for who stands among the processes. */
export const fillingOf = (folder: string) => `${rootOf}${folder}/badgateway-full`

/** Writes until there is no room; a page more than there is, so that nothing is left. */
export async function fillRoom(exec: Exec, folder: string, { freeBytes }: RoomOn): Promise<void> {
  await exec(['bash', '-c', 'head -c "$0" /dev/zero > "$1"', String(freeBytes + pageBytes), fillingOf(folder)])
}

/** Can one page be written there? It is removed again. */
export async function takesPage(exec: Exec, folder: string): Promise<boolean> {
  const script = 'head -c "$0" /dev/zero > "$1"; code=$?; rm -f "$1"; exit $code'
  const { code } = await exec(['bash', '-c', script, String(pageBytes), `${rootOf}${folder}/badgateway-probe`])
  return code === 0
}
