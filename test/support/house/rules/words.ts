import type { Node } from 'oxc-parser'
import type { Rule, Violation } from '../rule.ts'
import { type Source, visit } from '../source.ts'

/** Words that readers of messages had to guess, and the field's term. Names joined by `-` belong to formats. */
const terms: readonly (readonly [old: RegExp, instead: string])[] = [
  [/\b(?:no|some)body\b(?!-)|\bwhoever\b/i, 'name the component: a server, a user, a rule, a request'],
  [/\bhealed\b/i, '`recovered`, or `recovery attribution`'],
  [/\bcame in time\b/i, '`pre-emptive`'],
  [/\bbought\b/i, '`benefit`'],
  [/\bawake\b/i, '`up and scraping`'],
  [/\b(?:un)?mended\b|\bmends?\b/i, '`fix`, `recover` or `undo`'],
  [/\bknock(?:s|ed|ing)?\b/i, '`probe` or `connect`'],
  [/(?<!-)\bpromise[sd]?\b/i, '`register` (an undo)'],
  [/(?<!memory |limit )\b(?:was|were|is|are) (?:raised|lowered)\b/i, '`started`, `torn down`'],
  [/\bcannot be told(?! (?:apart|what)\b)/i, '`is unknown`'],
  [/\bre(?:tell|told)\b|\btold again\b/i, '`rejudged`, `reported again`'],
  [/\bin vain\b/i, '`without effect`'],
  [/\bpointless\b/i, '`aborted`, with the reason'],
]

/** The text of a literal, where it may be part of a sentence. */
function textOf(node: Node): string {
  if (node.type === 'TemplateElement') return node.value.cooked ?? ''
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : ''
}

function oldWordsIn({ path, program, lineAt }: Source): Violation[] {
  const found: Violation[] = []
  visit(program, (node) => {
    const text = textOf(node)
    if (!/\s/.test(text.trim()) && !/^[A-Z]/.test(text)) return
    for (const [old, instead] of terms) {
      const word = old.exec(text)?.[0]
      if (word) found.push({ file: path, line: lineAt(node.start), message: `'${word}' in a message: ${instead}` })
    }
  })
  return found
}

/** Whose literals reach readers: messages, and the titles of stories. */
const tells = /^(?:src|scenarios|examples)\//

export const plainWords: Rule = {
  name: "messages use the field's terms",
  check: ({ sources }) => sources.filter(({ path }) => tells.test(path)).flatMap(oldWordsIn),
  bad: {
    files: {
      'src/checks/a.ts': [
        "inconclusive('nobody looked at it')",
        "const heading = 'Who healed it'",
        `say(\`\${name}: whose end cannot be told\`)`,
        `say(\`\${count} of the undos promised, \${count} told again\`)`,
        "import { promise } from './promise.ts'",
        "const rule = 'nobody-listens is the rule that matched'",
        "const apart = 'their witnesses cannot be told apart'",
        "const kind = 'undo-promised'",
        "// nobody's comment is a message",
      ].join('\n'),
      'test/a.test.ts': "it('heals what nobody knocked at', f)",
    },
    found: [
      ...['src/checks/a.ts:1', 'src/checks/a.ts:2', 'src/checks/a.ts:3'],
      'src/checks/a.ts:4',
      'src/checks/a.ts:4',
    ],
  },
}
