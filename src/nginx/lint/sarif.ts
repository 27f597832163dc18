import { createHash } from 'node:crypto'
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
  const prints = fingerprints(findings)
  const results = findings.map(({ trap, level, file, line, column, says, because, remedy }, at) => ({
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
    // GitHub knows its own name for it alone.
    partialFingerprints: { 'badgatewayTrap/v1': prints[at], primaryLocationLineHash: `${prints[at]}:1` },
  }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  }
}

/** The same wherever a line moves; of several that say the same in one file each has its number. */
function fingerprints(findings: readonly LintFinding[]): string[] {
  const seen = new Map<string, number>()
  return findings.map(({ trap, file, says }) => {
    const plain = [trap, file, says.replace(/(\bline |:)\d+(?=[ ),]|$)/g, '$1')].join('\0')
    const times = (seen.get(plain) ?? 0) + 1
    seen.set(plain, times)
    return createHash('sha256').update(`${plain}\0${times}`).digest('hex').slice(0, 32)
  })
}
