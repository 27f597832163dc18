import {
  closeSync,
  constants,
  type Dirent,
  existsSync,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import type { Files, Reading } from '../../nginx/index.ts'

const mebibyte = 2 ** 20
/** One file of a configuration, and all of them together. */
export const sizeLimits = { file: 4 * mebibyte, all: 64 * mebibyte }
const mostNames = 100_000

/** Where Nginx looks: the folder that is given stands for it. */
export const homeOfNginx = '/etc/nginx'

/** The folder that was given, as Nginx's own. Only what is asked for is opened, no link out of it is followed. */
export function folderFiles(folder: string): Files {
  const root = realpathSync(folder)
  let left = sizeLimits.all
  const placeOf = (path: string): { place: string } | { because: string } | undefined => {
    if (path !== homeOfNginx && !path.startsWith(`${homeOfNginx}/`)) return undefined
    return placeIn(root, path.slice(homeOfNginx.length + 1))
  }
  return {
    read: (path) => {
      const found = placeOf(path)
      if (!found || 'because' in found) return found
      const reading = readText(found.place, Math.min(sizeLimits.file, left))
      if (reading && 'text' in reading) left -= reading.text.length
      return reading
    },
    list: (path) => {
      const found = placeOf(path)
      return !found || 'because' in found ? found : namesIn(found.place)
    },
  }
}

/** As many links in a row as the kernel follows. */
const mostLinks = 40

/** A link that was made where the folder was Nginx's own (`/etc/nginx/sites-available/shop`) leads to where it is. */
function throughLinks(root: string, path: string): string {
  let place = join(root, path)
  for (let count = 0; count < mostLinks; count += 1) {
    if (existsSync(place) || lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return place
    const target = resolve(dirname(place), readlinkSync(place))
    place = target.startsWith(`${homeOfNginx}/`) ? join(root, target.slice(homeOfNginx.length)) : target
  }
  return place
}

function placeIn(root: string, path: string): { place: string } | { because: string } | undefined {
  try {
    const place = realpathSync(throughLinks(root, path))
    const isInside = place === root || place.startsWith(root.endsWith(sep) ? root : root + sep)
    return isInside ? { place } : { because: 'leads out of the folder and is not followed' }
  } catch (thrown) {
    return missingOr(thrown)
  }
}

/** A text up to a size; never waits for a pipe, never reads a device. */
export function readText(place: string, limit: number): Reading {
  try {
    // Opening a pipe without a writer would wait for one.
    const file = openSync(place, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = fstatSync(file)
      if (stat.isDirectory()) return { because: 'is a folder' }
      if (!stat.isFile()) return { because: 'is no file, but a device, a socket or a pipe' }
      if (stat.size > limit) return { because: tooBig(stat.size) }
      const bytes = Buffer.alloc(Math.min(limit, Math.max(stat.size, 65_536)) + 1)
      let length = 0
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(file, bytes, length, bytes.length - length, null)
      }
      return length > limit ? { because: tooBig(length) } : { text: bytes.toString('utf8', 0, length) }
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    return missingOr(thrown)
  }
}

const tooBig = (bytes: number) =>
  `is too big (${(bytes / mebibyte).toFixed(1)} MiB; ${sizeLimits.file / mebibyte} MiB a file are read, ` +
  `${sizeLimits.all / mebibyte} MiB in all)`

function namesIn(place: string): readonly string[] | { because: string } | undefined {
  try {
    const folder = opendirSync(place)
    try {
      const names: string[] = []
      for (let one: Dirent | null = folder.readSync(); one; one = folder.readSync()) {
        names.push(one.name)
        if (names.length > mostNames) return { because: `has more than ${mostNames} files` }
      }
      return names
    } finally {
      folder.closeSync()
    }
  } catch (thrown) {
    return missingOr(thrown)
  }
}

const words: Record<string, string> = {
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
  ELOOP: 'cannot be read: its links lead in a circle',
  ENAMETOOLONG: 'cannot be read: its name is too long',
}

function missingOr(thrown: unknown): { because: string } | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  return { because: words[code] ?? `cannot be read (${code || 'no reason given'})` }
}
