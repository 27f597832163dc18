import { randomUUID } from 'node:crypto'
import { constants, type Dirent, lstatSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { BadgatewayError, reasonOf } from './errors.ts'

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * What a file in a folder that somebody else may have filled holds. No link is followed, nothing but a regular file is
 * read (a FIFO would never end, a device have no end), and never more than `limit` bytes. Rejects with the reason.
 */
export async function readPlain(file: string, limit: number): Promise<string> {
  const handle = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((thrown: unknown) => {
    throw isLink(file) ? new Error('it is a link, and none is followed') : thrown
  })
  try {
    const found = await handle.stat()
    if (!found.isFile()) throw new Error('it is no regular file')
    if (found.size > limit) throw new Error(`it has ${found.size} bytes; ${limit} are the most there can be`)
    // One byte more than it may have: a file can grow while it is read.
    const bytes = Buffer.alloc(found.size + 1)
    let length = 0
    for (let got = -1; got !== 0 && length < bytes.length; length += got) {
      got = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead
    }
    return bytes.toString('utf8', 0, Math.min(length, found.size))
  } finally {
    await handle.close()
  }
}

/**
 * Writes a whole file below `root`: beside its place first, then moved there, so that it is never half there and what
 * lies there, be it a link, is replaced and not written through. Folders below `root` are made; one that is a link is
 * refused. Only the owner may read the file.
 */
export async function writePlain(root: string, path: string, text: string): Promise<void> {
  const place = join(root, path)
  await mkdir(root, { recursive: true })
  refuseLinks(root, dirname(place))
  await mkdir(dirname(place), { recursive: true })
  const aside = join(dirname(place), `.${randomUUID()}.unfinished`)
  try {
    const handle = await open(aside, 'wx', 0o600)
    await handle.writeFile(text).finally(() => handle.close())
    await rename(aside, place)
  } finally {
    await rm(aside, { force: true })
  }
}

/** Throws when a folder on the way from `root` down to `folder` is a link, or no folder. */
function refuseLinks(root: string, folder: string): void {
  const steps = relative(root, folder).split(sep).filter(Boolean)
  for (const [index] of steps.entries()) {
    const place = join(root, ...steps.slice(0, index + 1))
    const found = lstatSync(place, { throwIfNoEntry: false })
    if (found && !found.isDirectory()) throw new Error(`${place} is no folder, or a link to one: none is followed`)
  }
}

/**
 * What lies in a folder; nothing where there is no such folder, or something else in its place. RUN_DIR_INVALID when it
 * may not be looked into: what is in it must not be taken for not there.
 */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    const message = `${folder} cannot be looked into: ${reasonOf(thrown)}`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'May you read it?', { cause: thrown })
  }
}

/** Is there a link, whatever it leads to? */
export function isLink(path: string): boolean {
  return lookAt(path)?.isSymbolicLink() ?? false
}

/** Is there something of this name? A link that leads nowhere is something too. */
export function isThere(path: string): boolean {
  return lookAt(path) !== undefined
}

function lookAt(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    // A file in the place of a folder, or one that may not be looked into.
    return undefined
  }
}
