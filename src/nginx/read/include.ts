import type { Files, Reading } from './files.ts'
import { isPattern, matchesName, normalPath } from './glob.ts'

/** What an `include` leads to. */
export interface Included {
  /** Paths in Nginx's order, each with what reading it gave. */
  readonly files: readonly { readonly path: string; readonly reading: NonNullable<Reading> }[]
  /** Folders of the pattern that could not be listed. */
  readonly closed: readonly { readonly path: string; readonly because: string }[]
  /** Whether all of it was looked at: an empty folder was, one that is elsewhere was not. */
  readonly isKnown: boolean
  /** As Nginx would have it. */
  readonly path: string
}

/** Where to look for what an `include` names. */
export interface Search {
  readonly files: Files
  /** The folder of the main file: where relative paths begin. */
  readonly folder: string
  /** Other names of that folder: where the configuration lies on the machine that it was made for. */
  readonly aliases: readonly string[]
}

const nothing = { files: [], closed: [] }

/** Follows one `include`. A path that was made for another prefix is looked for by its longest end that is there. */
export function included(pattern: string, search: Search): Included {
  const path = normalPath(pattern.startsWith('/') ? pattern : `${search.folder}/${pattern}`)
  let best: Included = { ...nothing, isKnown: false, path }
  for (const candidate of pattern.startsWith('/') ? candidates(path, search) : [path]) {
    const found = isPattern(candidate) ? expanded(candidate, search.files) : named(candidate, search.files)
    if (found.files.length > 0 || found.closed.length > 0) return { ...found, path }
    best = { ...best, isKnown: best.isKnown || found.isKnown }
  }
  return best
}

function candidates(path: string, { folder, aliases }: Search): string[] {
  const known = aliases.flatMap((alias) => (path.startsWith(`${alias}/`) ? [folder + path.slice(alias.length)] : []))
  const parts = path.split('/').slice(1)
  const ends = parts.slice(1).flatMap((_part, at) => {
    const end = parts.slice(at + 1)
    // `*.conf` alone would be found in any folder.
    return isPattern(end[0] ?? '') ? [] : [`${folder === '/' ? '' : folder}/${end.join('/')}`]
  })
  return [...new Set([path, ...known, ...ends])]
}

function named(path: string, files: Files): Omit<Included, 'path'> {
  const reading = files.read(path)
  return reading ? { files: [{ path, reading }], closed: [], isKnown: true } : { ...nothing, isKnown: false }
}

function expanded(pattern: string, files: Files): Omit<Included, 'path'> {
  const parts = pattern.split('/').slice(1)
  const closed: { path: string; because: string }[] = []
  let [folders, isKnown] = [[''], false]
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1
    folders = folders.flatMap((folder) => {
      if (!isPattern(part)) return [`${folder}/${part}`]
      const names = files.list(folder === '' ? '/' : folder)
      if (names === undefined) return []
      if ('because' in names) {
        closed.push({ path: folder, because: names.because })
        return []
      }
      if (isLast) isKnown = true
      return names.filter((name) => matchesName(part, name)).map((name) => `${folder}/${name}`)
    })
  }
  const found = folders.sort().flatMap((path) => {
    const reading = files.read(path)
    if (!reading && isPattern(parts.at(-1) ?? '')) closed.push({ path, because: 'leads to what is not there' })
    return reading ? [{ path, reading }] : []
  })
  return { files: found, closed, isKnown }
}
