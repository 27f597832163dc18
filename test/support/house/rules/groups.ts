import { dockerFolders, dockerGroups, groupOf, measuredGroup } from '../../groups.ts'
import type { Rule } from '../rule.ts'

const knownOnDocker: readonly string[] = Object.keys(dockerGroups)

/** What is wrong with how this test file says that it is played; undefined: nothing. */
function mistake(path: string, text: string): string | undefined {
  const tags = text.match(/^\/\/ @group\b.*$/gm) ?? []
  const onDocker = dockerFolders.some((folder) => path.startsWith(folder))
  const known = onDocker ? knownOnDocker : [measuredGroup]
  const words = `\`// @group ${known.join(' | ')}\``
  if (tags.length === 0) return onDocker ? `is played in no group: its first line must be ${words}` : undefined
  if (tags.length > 1) return `names ${tags.length} groups: one line of ${words} is enough`
  const group = groupOf(text)?.group
  if (group === undefined) return `names its group where it is not read, or not as it is read: first line, ${words}`
  return known.includes(group) ? undefined : `names the group '${group}', which is none of ${words}`
}

export const groups: Rule = {
  name: 'a test with real containers says in its first line in which group it is played',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('test/') && path.endsWith('.test.ts'))
      .flatMap(({ path, text }) => {
        const message = mistake(path, text)
        return message === undefined ? [] : [{ file: path, line: 1, message }]
      }),
  bad: {
    files: {
      'test/docker/stack.test.ts': '// @group stack 60s\n',
      'test/contract/light.test.ts': '// @group light\n',
      'test/unit/measured.test.ts': '// @group measured\n',
      'test/unit/untagged.test.ts': '',
      'test/docker/untagged.test.ts': '',
      'test/docker/twice.test.ts': '// @group stack 60s\n// @group exact\n',
      'test/docker/late.test.ts': 'import x\n// @group stack\n',
      'test/docker/unknown.test.ts': '// @group slow\n',
      'test/docker/of-units.test.ts': '// @group measured\n',
      'test/docker/minutes.test.ts': '// @group stack 1m\n',
      'test/unit/of-docker.test.ts': '// @group stack\n',
    },
    found: ['untagged', 'twice', 'late', 'unknown', 'of-units', 'minutes']
      .map((name) => `test/docker/${name}.test.ts:1`)
      .concat('test/unit/of-docker.test.ts:1'),
  },
}
