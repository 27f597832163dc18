import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/folder.ts'
import { readCommits } from '../../support/house/commits.ts'

const log = [
  'aaa\t2099-01-02T00:00:00+00:00\tload: keep it',
  'bbb\t2099-01-01T00:00:00+00:00\tMerge x',
  'ccc\t2001-01-01T00:00:00+00:00\tof before the rule',
].join('\n')

/** A git that answers so; what it is not told it refuses. */
function git(answers: Record<string, string>) {
  const asked: string[] = []
  const ask = (argv: readonly string[]) => {
    asked.push(argv.join(' '))
    return answers[argv[0] === 'rev-parse' ? (argv[1] ?? '') : (argv[0] ?? '')]
  }
  return { ask, asked }
}

test('a whole history is read since the rule', () => {
  const { ask, asked } = git({ '--show-prefix': '\n', '--is-shallow-repository': 'false\n', 'merge-base': '', log })
  const { commits, told } = readCommits('/x', ask)
  expect(commits.map(({ hash }) => hash)).toEqual(['aaa', 'bbb'])
  expect(told).toMatch(/^2 since [0-9a-f]{7}$/)
  expect(asked.at(-1)).toMatch(/ [0-9a-f]{7}\.\.HEAD$/)
})

test('of a shallow clone, or of one without the base, what is newer than the rule is read', () => {
  for (const more of [{ '--is-shallow-repository': 'true\n' }, { '--is-shallow-repository': 'false\n' }]) {
    const { ask, asked } = git({ '--show-prefix': '\n', ...more, log })
    const { commits, told } = readCommits('/x', ask)
    expect(commits.map(({ hash }) => hash)).toEqual(['aaa', 'bbb'])
    expect(told).toBe('a part of the history: 2')
    expect(asked.at(-1)).toMatch(/ HEAD$/)
  }
})

test('without git, or inside of another repository, there is nothing to read, and that is said', async () => {
  const none = { commits: [], told: 'no git repository here, so none are looked at' }
  expect(readCommits('/x', git({}).ask)).toEqual(none)
  expect(readCommits('/x', git({ '--show-prefix': 'vendor/badgateway/\n', log }).ask)).toEqual(none)
  expect(readCommits(await temporaryFolder('no-git'))).toEqual(none)
  expect(readCommits('/x', git({ '--show-prefix': '\n' }).ask).commits).toEqual([])
})
