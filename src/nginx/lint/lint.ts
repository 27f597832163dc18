import { inert } from '../../kit/inert.ts'
import { modelOf } from '../knowledge/model.ts'
import { filesOf } from '../read/files.ts'
import { withoutIgnored } from '../read/ignores.ts'
import { type Given, readConfiguration, type Unread } from '../read/read.ts'
import type { Known, Level, Rule } from './rule.ts'
import type { RuleName } from './rule-names.ts'
import { answerRules } from './rules/answer-rules.ts'
import { locationRules } from './rules/location-rules.ts'
import { lossRules } from './rules/loss-rules.ts'
import { nameRules } from './rules/name-rules.ts'
import { passRules } from './rules/pass-rules.ts'
import { patternRules } from './rules/pattern-rules.ts'
import { refusedRule } from './rules/refused-rule.ts'
import { serverRules } from './rules/server-rules.ts'
import { unknownRule } from './rules/unknown-rule.ts'
import { upstreamRules } from './rules/upstream-rules.ts'

/** Every trap that is looked for: a new one is an entry in one of these tables. */
export const rules: readonly Rule[] = [
  ...upstreamRules,
  ...passRules,
  ...nameRules,
  ...answerRules,
  ...lossRules,
  ...locationRules,
  ...patternRules,
  ...serverRules,
  refusedRule,
  unknownRule,
]

/** Something that was found, and what to do about it. */
export interface LintFinding {
  /** Name of the trap; `unreadable` for text that Nginx refuses, `not-looked-at` for what is not in what was given. */
  readonly trap: string
  readonly level: Level
  readonly file: string
  /** Both from 1; the column in characters. */
  readonly line: number
  readonly column: number
  readonly says: string
  readonly because: string
  readonly remedy: string
}

/** What a look at a configuration gave. */
export interface LintReport {
  readonly findings: readonly LintFinding[]
  /** Files that were read. */
  readonly files: number
  /** Files that are there and could not be looked at. */
  readonly closed: number
  /** Findings that a comment of the configuration leaves out. */
  readonly ignored: number
}

/** Looks for the traps of a configuration: `files` are its texts by absolute path, `main` is where it begins. Pure. */
export function lint(main: string, files: ReadonlyMap<string, string>, known: Known = {}): LintFinding[] {
  return [...inspect({ main, files: filesOf(files) }, known).findings]
}

/** Which rules are asked; the others say nothing. */
export interface Asked {
  /** Undefined: all of them. */
  readonly only?: readonly RuleName[]
  readonly skip?: readonly RuleName[]
  /** Whether hints are told; those that `only` names are anyway. */
  readonly hints?: boolean
}

/** The same, wherever the files come from. */
export function inspect(given: Given, known: Known = {}, { only, skip = [], hints }: Asked = {}): LintReport {
  const configuration = readConfiguration(given)
  const model = modelOf(configuration)
  const wanted = rules.filter(({ trap }) => (only?.includes(trap) ?? true) && !skip.includes(trap))
  const asked = wanted.filter(({ level }) => level !== 'hint' || hints || only)
  const found = asked.flatMap(({ trap, level, because, remedy, find }) =>
    find(model, known).map(({ directive, says, level: own }) => {
      const { file, line, column } = directive
      return { trap, level: own ?? level, file, line, column, says, because, remedy }
    }),
  )
  const { unread, sources, ignores } = configuration
  const isRule = (name: string) => rules.some(({ trap }) => trap === name)
  // What is not asked for may be right to be ignored.
  const heard = ignores.filter(({ rule }) => !isRule(rule) || asked.some(({ trap }) => trap === rule))
  const { kept, idle } = withoutIgnored(found, heard, isRule)
  const all = [...unreadFindings(unread), ...kept, ...idle.map(({ ignore, says }) => idleFinding(ignore, says))]
  // A file that is included twice holds its traps once.
  const unique = new Map(all.map((one) => [`${order(one)}\0${one.says}`, one]))
  const findings = [...unique.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
  const closed = unread.filter(({ kind }) => kind === 'closed').length
  return { findings, files: sources.length, closed, ignored: found.length - kept.length }
}

const padded = (number: number) => String(number).padStart(7, '0')
const order = ({ file, line, column, trap }: LintFinding) => `${file}\0${padded(line)}\0${trap}\0${padded(column)}`

function unreadFindings(unread: readonly Unread[]): LintFinding[] {
  const told = unread.flatMap(({ kind, file, line, column, because }): LintFinding[] => {
    if (kind === 'refused') {
      const remedy = 'Let `nginx -t` look at it.'
      return [
        { trap: 'unreadable', level: 'trap', file, line, column, says: because, because: 'Nginx refuses it.', remedy },
      ]
    }
    return kind === 'closed' ? [unseen({ file, line, column, says: because })] : []
  })
  const elsewhere = unread.filter(({ kind }) => kind === 'elsewhere')
  const [first] = elsewhere
  if (!first) return told
  const listed = [...new Set(elsewhere.map(({ because, file, line }) => `${because} (${file}:${line})`))]
  const more = listed.length > mostListed ? `, and ${listed.length - mostListed} more` : ''
  return [...told, unseen({ ...first, says: listed.slice(0, mostListed).join(', ') + more })]
}

function idleFinding({ file, line, column }: Pick<LintFinding, 'file' | 'line' | 'column'>, says: string): LintFinding {
  const [trap, level] = ['ignored-for-nothing', 'note'] as const
  const because = 'A comment that leaves nothing out hides that.'
  return {
    trap,
    level,
    file,
    line,
    column,
    says,
    because,
    remedy: 'Write `# badgateway-ignore RULE why`, or take it away.',
  }
}

const mostListed = 50

/** What Nginx itself said when it took none of a configuration. */
export function refusedFinding({ file, line, says }: { file: string; line: number; says: string }): LintFinding {
  const { trap, level, because, remedy } = refusedRule
  return { trap, level, file, line, column: 1, says, because, remedy }
}

function unseen({ file, line, column, says }: Pick<LintFinding, 'file' | 'line' | 'column' | 'says'>): LintFinding {
  return {
    trap: 'not-looked-at',
    level: 'note',
    file,
    line,
    column,
    says,
    because: 'What stands there is not known, and rules that need it say nothing.',
    remedy: 'Give the whole folder, --prefix where it lies elsewhere, or the output of `nginx -T`.',
  }
}

/** `conf.d/upstreams.conf:4:3: down-sibling: …`, in one line: what is quoted from the configuration is inert. */
export function tellFinding({ file, line, column, trap, says, because, remedy }: LintFinding): string {
  return inert(`${file}:${line}:${column}: ${trap}: ${says}. ${because} ${remedy}`)
}
