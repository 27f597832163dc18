import { answerRules } from './answer-rules.ts'
import { modelOf } from './model.ts'
import { parseConfiguration } from './parse.ts'
import { proxyRules } from './proxy-rules.ts'
import type { Known, Rule } from './rule.ts'
import { upstreamRules } from './upstream-rules.ts'

/** Every trap that is looked for: a new one is an entry in one of these tables. */
export const rules: readonly Rule[] = [...upstreamRules, ...proxyRules, ...answerRules]

/** Something that was found, and what to do about it. */
export interface LintFinding {
  /** Name of the trap; `unreadable` for what Nginx would refuse. */
  readonly trap: string
  readonly level: 'trap' | 'note'
  readonly file: string
  readonly line: number
  readonly says: string
  readonly because: string
  readonly remedy: string
}

/** Looks for the traps of a configuration: `files` are its texts by absolute path, `main` is where it begins. Pure. */
export function lint(main: string, files: ReadonlyMap<string, string>, known: Known = {}): LintFinding[] {
  const configuration = parseConfiguration(main, files)
  const unread = configuration.unread.map(({ file, line, because }) => {
    const remedy = 'Let `nginx -t` look at it.'
    return {
      trap: 'unreadable',
      level: 'trap' as const,
      file,
      line,
      says: because,
      because: 'Nginx refuses it.',
      remedy,
    }
  })
  const model = modelOf(configuration)
  const found = rules.flatMap(({ trap, level, because, remedy, find }) =>
    find(model, known).map(({ directive, says }) => {
      return { trap, level, file: directive.file, line: directive.line, says, because, remedy }
    }),
  )
  const order = (one: LintFinding) => `${one.file}\0${String(one.line).padStart(6, '0')}\0${one.trap}`
  // A file that is included twice holds its traps once.
  const unique = new Map([...unread, ...found].map((one) => [`${order(one)}\0${one.says}`, one]))
  return [...unique.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}

/** `conf.d/upstreams.conf:4: down-sibling: …`. */
export function tellFinding({ file, line, trap, says, because, remedy }: LintFinding): string {
  return `${file}:${line}: ${trap}: ${says}. ${because} ${remedy}`
}
