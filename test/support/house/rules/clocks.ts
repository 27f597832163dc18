import { clocksOf } from '../clocks.ts'
import type { House, Rule, Violation } from '../rule.ts'

export const constantsFile = 'docs/wall-clock-constants.md'

interface Listed {
  path: string
  name: string
  reason: string
  line: number
}

/** A row is `| \`src/kit/a.ts\` | \`limitMs\` | limit | why |`. */
function listedIn(text: string): Listed[] {
  return text.split('\n').flatMap((row, index) => {
    const [, path, name, reason = ''] = /^\| `(src\/[^`]+)` \| `(\w+)` \| \w+ \|(.*)\|$/.exec(row) ?? []
    return path && name ? [{ path, name, reason: reason.trim(), line: index + 1 }] : []
  })
}

function check({ sources, constantsText }: House): Violation[] {
  const listed = listedIn(constantsText)
  const there = sources
    .filter(({ path }) => path.startsWith('src/'))
    .flatMap((source) => clocksOf(source).map(({ name, line }) => ({ path: source.path, name, line })))
  const isSame = (a: { path: string; name: string }, b: { path: string; name: string }) =>
    a.path === b.path && a.name === b.name
  const unlisted = there.filter((clock) => !listed.some((row) => isSame(clock, row) && row.reason !== ''))
  const stale = listed.filter((row) => !there.some((clock) => isSame(clock, row)))
  return [
    ...unlisted.map(({ path, name, line }) => {
      const row = `| \`${path}\` | \`${name}\` | limit | why so long |`
      return { file: path, line, message: `'${name}' is a length of time: give its reason in ${constantsFile}: ${row}` }
    }),
    ...stale.map(({ path, name, line }) => {
      return { file: constantsFile, line, message: `${path} has no '${name}' any more: take the line out` }
    }),
  ]
}

export const wallClock: Rule = {
  name: `every wall-clock constant is listed with its reason in ${constantsFile}`,
  check,
  bad: {
    files: {
      'src/kit/a.ts':
        'const listedMs = 5\nconst limitMs = 1_000\nconst sum = { everyMs: 2 * limitMs }\nawait sleep(50)\n' +
        "within(8_000, 'it', work)\nconst tookMs = now() - began\nconst fields = { holdMs: ms.default(5) }\n" +
        'const noneMs = 0\nconst f = ({ pauseMs = 10 }) => sleep(pauseMs)\nconst whyMs = 1',
      'test/a.ts': 'const limitMs = 1',
    },
    constants:
      '| File | Constant | Kind | Reason |\n| `src/kit/a.ts` | `listedMs` | limit | it hangs else |\n' +
      '| `src/kit/a.ts` | `goneMs` | limit | it hung |\n| `src/kit/a.ts` | `whyMs` | limit | |',
    found: [...[2, 3, 4, 5, 7, 9, 10].map((line) => `src/kit/a.ts:${line}`), `${constantsFile}:3`],
  },
}
