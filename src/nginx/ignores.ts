import type { SourceText } from './source.ts'
import type { Comment } from './tokens.ts'

/** `# badgateway-ignore RULE why`: what is said of one line is left out. */
export interface Ignore {
  readonly file: string
  /** Of the comment. */
  readonly line: number
  readonly column: number
  /** The line that it is about: its own, or the next one with words when it stands alone. */
  readonly about: number
  readonly rule: string
  /** Empty: none is given, and nothing is left out. */
  readonly reason: string
}

const shape = /^#+\s*badgateway-ignore\b:?\s*(\S*)\s*([\s\S]*)$/

export function ignoresIn(source: SourceText, comments: readonly Comment[]): Ignore[] {
  return comments.flatMap(({ start, end }) => {
    const found = shape.exec(source.text.slice(start, end).trimEnd())
    if (!found) return []
    const { file, text } = source
    const { line, column } = source.place(start)
    const isAlone = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === ''
    const about = isAlone ? source.place(nextWord(text, end)).line : line
    return [{ file, line, column, about, rule: found[1] ?? '', reason: found[2] ?? '' }]
  })
}

/** Behind blanks and other comments. */
function nextWord(text: string, from: number): number {
  const shape = /(?:\s|#[^\n]*(?:\n|$))*/y
  shape.lastIndex = from
  shape.exec(text)
  return shape.lastIndex
}

interface Placed {
  readonly file: string
  readonly line: number
  readonly trap: string
}

/** What is left of the findings, and the ignores that did nothing, each with the reason. */
export function withoutIgnored<Finding extends Placed>(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
  isRule: (name: string) => boolean,
): { kept: Finding[]; idle: { ignore: Ignore; says: string }[] } {
  const key = ({ file, line, trap }: Placed) => `${file}\0${line}\0${trap}`
  const there = new Set(findings.map(key))
  const isUsed = ({ file, about, rule }: Ignore) => there.has(key({ file, line: about, trap: rule }))
  const used = new Set(
    ignores
      .filter((one) => one.reason !== '' && isUsed(one))
      .map(({ file, about, rule }) => key({ file, line: about, trap: rule })),
  )
  const idle = ignores.flatMap((ignore) => {
    const { rule, reason } = ignore
    if (!isRule(rule)) return [{ ignore, says: `there is no rule '${rule}'` }]
    if (reason === '') return [{ ignore, says: `it says no reason, so ${rule} is told all the same` }]
    return isUsed(ignore) ? [] : [{ ignore, says: `${rule} has nothing to say here` }]
  })
  return { kept: findings.filter((one) => !used.has(key(one))), idle }
}
