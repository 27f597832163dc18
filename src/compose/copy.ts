import { constants, type Stats } from 'node:fs'
import { chmod, chown, copyFile, lchown, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'

/** What one mount may hold, for it to be copied. */
export const copyLimits = { bytes: 256 * 2 ** 20, entries: 50_000 } as const

/** Why something is not copied: words that go on a sentence about it. */
export class NotCopied extends Error {}

interface Found {
  path: string
  stats: Stats
}

/**
 * Copies a file or a folder, and gives back its size in bytes. Links inside are kept as they are and not followed;
 * modes are kept, and owners where we may. NotCopied when it is too large, holds special files or cannot be read.
 * What is too large or special is found before anything is made.
 */
export async function copyTree(
  from: string,
  to: string,
  limits: { bytes: number; entries: number } = copyLimits,
): Promise<number> {
  const found: Found[] = []
  let bytes = 0
  await walk(from, '', (one) => {
    found.push(one)
    bytes += one.stats.isFile() ? one.stats.size : 0
    if (bytes > limits.bytes)
      throw new NotCopied(`has more than ${limits.bytes / 2 ** 20} MiB, the most that is copied`)
    if (found.length > limits.entries)
      throw new NotCopied(`has more than ${limits.entries} files, the most that are copied`)
  })
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  for (const one of found) await copyOne(from, to, one)
  // A folder that may not be written to could not be filled.
  for (const { path, stats } of found.reverse())
    if (stats.isDirectory()) await chmod(join(to, path), stats.mode & 0o7777)
  return bytes
}

async function walk(root: string, path: string, take: (one: Found) => void): Promise<void> {
  const place = join(root, path)
  const stats = await lstat(place)
  if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) {
    throw new NotCopied(`holds ${place}, which is a ${stats.isSocket() ? 'socket' : 'special file'}`)
  }
  take({ path, stats })
  if (!stats.isDirectory()) return
  for (const name of await readdir(place).catch(unreadable(place)))
    await walk(root, join(path, name), take).catch(passVanished)
}

const unreadable = (place: string) => (thrown: NodeJS.ErrnoException) => {
  if (thrown.code === 'EACCES') throw new NotCopied(`holds ${place}, which may not be read`)
  throw thrown
}

/** What is in use may lose a file while it is copied. */
function passVanished(thrown: unknown): void {
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return
  throw thrown
}

async function copyOne(from: string, to: string, { path, stats }: Found): Promise<void> {
  const [source, target] = [join(from, path), join(to, path)]
  const isRoot = userInfo().uid === 0
  try {
    if (stats.isDirectory()) await mkdir(target, { mode: 0o700 })
    else if (stats.isSymbolicLink()) await symlink(await readlink(source), target)
    else await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE).catch(unreadable(source))
  } catch (thrown) {
    return passVanished(thrown)
  }
  if (stats.isSymbolicLink()) return isRoot ? await lchown(target, stats.uid, stats.gid) : undefined
  if (isRoot) await chown(target, stats.uid, stats.gid)
  if (stats.isFile()) await chmod(target, stats.mode & 0o7777)
}
