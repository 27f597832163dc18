import { inert } from '../../kit/inert.ts'
import { type LintFinding, rules } from './lint.ts'

/** What is no rule and is found all the same. */
const others = [
  { id: 'unreadable', text: 'Text that Nginx refuses.' },
  { id: 'ignored-for-nothing', text: 'A comment that leaves out what nothing says.' },
  { id: 'not-looked-at', text: 'An include that leads out of what was given, or cannot be read.' },
]

/** Findings as SARIF 2.1.0, which code hosts show beside the lines. Paths are relative to what was linted. */
export function sarifOf(findings: readonly LintFinding[]): object {
  const described = [...rules.map(({ trap, claims }) => ({ id: trap, text: claims })), ...others]
  const driver = {
    name: 'badgateway lint-config',
    rules: described.map(({ id, text }) => ({ id, shortDescription: { text } })),
  }
  const results = findings.map(({ trap, level, file, line, column, says, because, remedy }) => ({
    ruleId: trap,
    level: level === 'trap' ? 'error' : 'note',
    message: { text: inert(`${says}. ${because} ${remedy}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  }
}
