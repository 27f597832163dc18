import { spawnSync } from 'node:child_process'

/** What a rule looks at of a commit. */
export interface Commit {
  /** Abbreviated. */
  hash: string
  subject: string
}

/** The last commit before subjects had a rule, and when it was made. */
const base = { hash: '4bc8114', at: Date.parse('2026-11-30T23:02:36+00:00') }

/** Output of git; undefined where there is no git, or it refuses. */
type Git = (argv: readonly string[]) => string | undefined

function gitIn(root: string): Git {
  return (argv) => {
    const { status, stdout } = spawnSync('git', ['-C', root, ...argv], { encoding: 'utf8' })
    return status === 0 ? stdout : undefined
  }
}

/**
 * The commits since the rule, as far as they are there, and in words how far that is. A tarball has none, even when it
 * was unpacked inside of another repository; a shallow clone has some, and its oldest one shows no parents.
 */
export function readCommits(root: string, git: Git = gitIn(root)): { commits: Commit[]; told: string } {
  const top = git(['rev-parse', '--show-prefix'])?.trim()
  if (top !== '') return { commits: [], told: 'no git repository here, so none are looked at' }
  const isWhole = git(['rev-parse', '--is-shallow-repository'])?.trim() === 'false'
  const hasBase = git(['merge-base', '--is-ancestor', base.hash, 'HEAD']) !== undefined
  const range = isWhole && hasBase ? `${base.hash}..HEAD` : 'HEAD'
  const lines = git(['log', '--no-merges', '--format=%h%x09%cI%x09%s', range])?.split('\n').filter(Boolean) ?? []
  const commits = lines.flatMap((line) => {
    const [hash = '', at = '', ...rest] = line.split('\t')
    return Date.parse(at) > base.at ? [{ hash, subject: rest.join('\t') }] : []
  })
  const whole = isWhole && hasBase
  return { commits, told: whole ? `${commits.length} since ${base.hash}` : `a part of the history: ${commits.length}` }
}
