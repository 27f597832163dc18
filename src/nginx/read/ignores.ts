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
  const { file, text } = source
  // From the last one on, so that nothing is looked at twice.
  let next = { start: text.length, word: text.length }
  const found = comments.toReversed().flatMap(({ start, end }): Ignore[] => {
    const word = nextWord(text, end, next)
    next = { start, word }
    const [, rule, reason = ''] = shape.exec(text.slice(start, end).trimEnd()) ?? []
    if (rule === undefined) return []
    const { line, column } = source.place(start)
    return [{ file, line, column, about: isAlone(text, start) ? source.place(word).line : line, rule, reason }]
  })
  return found.reverse()
}

/** Nothing but blanks stands before it in its line. */
function isAlone(text: string, start: number): boolean {
  for (let at = start - 1; at >= 0 && text[at] !== '\n'; at -= 1) if (!/\s/.test(text[at] ?? '')) return false
  return true
}

/** Behind blanks and other comments; what is behind the next one of ours is known. */
function nextWord(text: string, from: number, next: { start: number; word: number }): number {
  let at = from
  while (at < text.length) {
    if (at === next.start) return next.word
    if (text[at] === '#') at = Math.min(...[text.indexOf('\n', at), text.length].filter((one) => one >= 0))
    else if (/\s/.test(text[at] ?? '')) at += 1
    else return at
  }
  return at
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
    if (reason === '') return [{ ignore, says: `it gives no reason, so ${rule} is reported all the same` }]
    return isUsed(ignore) ? [] : [{ ignore, says: `${rule} has nothing to say here` }]
  })
  return { kept: findings.filter((one) => !used.has(key(one))), idle }
}
