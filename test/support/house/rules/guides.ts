import type { Rule } from '../rule.ts'

/** The command plays what a pack of scenarios has under this name, and knows nothing else of it. */
const mayName = ['src/commands/runbook.ts', 'src/commands/all.ts']
const guide = /\b(guide|runbook)/i

export const noGuide: Rule = {
  name: 'src knows no single guide: a pack of scenarios does',
  check: ({ sources }) =>
    sources
      .filter(({ path }) => path.startsWith('src/') && !mayName.includes(path))
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, index) => {
          if (!guide.test(line)) return []
          const message = 'names a guide: it belongs to the scenarios that follow it (docs/own-kinds.md)'
          return [{ file: path, line: index + 1, message }]
        }),
      ),
  bad: {
    files: {
      'src/checks/a.ts': "\nexport const kind = 'guide-step'",
      'src/commands/runbook.ts': "export const name = 'runbook'",
      'scenarios/a.ts': '// the guide',
    },
    found: ['src/checks/a.ts:2'],
  },
}
