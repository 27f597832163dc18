import { createTwoFilesPatch } from 'diff'
import type { Release } from '../stack/index.ts'

const contextLines = 2

/** How one file of the configuration differs. */
export interface FileDiff {
  path: string
  /** Unified. */
  text: string
  /** The changed lines alone, `-old` and `+new`, without indentation. */
  lines: string[]
}

/** How the configuration differs from one release to another. */
export function diffReleases(from: Release, to: Release): FileDiff[] {
  const [before, after] = [textsOf(from), textsOf(to)]
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  return paths.flatMap((path) => {
    const [old = '', now = ''] = [before.get(path), after.get(path)]
    if (old === now) return []
    const text = createTwoFilesPatch(path, path, old, now, from.name, to.name, { context: contextLines })
    const changed = text.split('\n').filter((line) => /^[-+](?![-+]{2} )/.test(line))
    const lines = changed.map((line) => `${line.slice(0, 1)}${line.slice(1).trim()}`).filter((line) => line.length > 1)
    return [{ path, text, lines }]
  })
}

function textsOf({ files }: Release): Map<string, string> {
  return new Map(files.flatMap(({ path, content }) => (content === null ? [] : [[path, content.toString('utf8')]])))
}
