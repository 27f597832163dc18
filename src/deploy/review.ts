import { dirname } from 'node:path/posix'
import type { ProxyService, Release, Stack } from '../stack/index.ts'
import { readRelease, reviewedRelease } from './release.ts'

const usualFolder = '/etc/nginx'

/** One line that is not as reviewed. */
export interface Deviation {
  /** `conf.d/upstreams.conf:5`; of a line that is missing, without the number. */
  place: string
  /** `+` stands there and was not reviewed, `-` was reviewed and is missing. */
  sign: '+' | '-'
  line: string
}

/** Every line in which a release differs from the reviewed one. */
export function deviations(reviewed: Release, live: Release): Deviation[] {
  const paths = new Set([...reviewed.files, ...live.files].map(({ path }) => path))
  const folder = reviewed.layout ? dirname(reviewed.layout.config) : usualFolder
  return [...paths].sort().flatMap((path) => {
    const [meant, is] = [linesIn(reviewed, path), linesIn(live, path)]
    const place = path.replace(`${folder}/`, '')
    const added = is.flatMap((line, index) => {
      return meant.includes(line) || line.trim() === ''
        ? []
        : [{ place: `${place}:${index + 1}`, sign: '+' as const, line: line.trim() }]
    })
    const missing = meant.filter((line) => line.trim() !== '' && !is.includes(line))
    const found = [...added, ...missing.map((line) => ({ place, sign: '-' as const, line: line.trim() }))]
    const isOther = meant.join('\n').trim() !== is.join('\n').trim()
    return found.length === 0 && isOther
      ? [{ place, sign: '+' as const, line: 'the same lines, otherwise put' }]
      : found
  })
}

/** What lies in the proxy's folder now beside what was reviewed. */
export async function reviewOf(stack: Stack, proxy: ProxyService) {
  const [reviewed, live] = await Promise.all([reviewedRelease(stack, proxy), readRelease(proxy, 'what is there now')])
  return { reviewed, live, deviations: deviations(reviewed, live) }
}

export const tellDeviation = ({ place, sign, line }: Deviation): string => `${place}: ${sign} ${line}`

function linesIn({ files }: Release, path: string): string[] {
  return (
    files
      .find((file) => file.path === path)
      ?.content?.toString('utf8')
      .split('\n') ?? []
  )
}
