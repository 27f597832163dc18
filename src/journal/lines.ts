import { BadgatewayError } from '../kit/errors.ts'
import { deepest, isTooDeep } from '../kit/json.ts'
import { maskedText } from '../kit/masked.ts'
import { type Fact, factSchema, journalFormat, type NewFact } from './facts.ts'

/** Bytes of one line and of a whole journal: beyond them it is not one of ours. */
export const lineLimit = 8 * 1024 * 1024
export const journalLimit = 256 * 1024 * 1024

/**
 * Number and times put before a new fact, checked, so that what is written can be read: a NaN would become null in JSON
 * and spoil the whole journal. INTERNAL names the field that is wrong.
 */
export function completeFact(fact: NewFact, stamp: { n: number; t: number; wall: number }): Fact {
  const { n, t, wall } = stamp
  const checked = factSchema.safeParse({
    n,
    t: Math.round(t * 1_000) / 1_000,
    at: new Date(wall).toISOString(),
    ...fact,
  })
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  throw new BadgatewayError(
    'INTERNAL',
    `The fact '${fact.kind}' cannot be written: ${issue?.path.join('.')}: ${issue?.message}`,
    'This is a defect of badgateway: please report it.',
  )
}

/**
 * A fact as it stands in the file. The number comes first: by it a line that was cut short is known as the next one.
 */
export function lineOf({ n, t, at, ...rest }: Fact): string {
  const fact = { n, t, at, ...rest }
  // What is to be put back is kept as it was.
  return `${rest.kind === 'undo-promised' ? JSON.stringify(fact) : maskedText(fact)}\n`
}

export interface Lines {
  facts: Fact[]
  /** Lines cut short by a kill. */
  torn: number
  /** Does the text end in the middle of a line? */
  openEnded: boolean
}

/**
 * The facts of a journal's text. The last line may be torn, and a torn line may be followed by those whom the guard or
 * a sweep wrote after the harness was killed. Anything else that is no fact: JOURNAL_INVALID with file and line.
 */
export function parseLines(text: string, file: string): Lines {
  const lines = text.split('\n')
  const openEnded = lines.at(-1) !== ''
  if (!openEnded) lines.pop()
  const facts: Fact[] = []
  let torn = 0
  for (const [index, line] of lines.entries()) {
    const n = facts.length + 1
    const value = readJson(line)
    if (value === undefined) {
      const last = index === lines.length - 1
      if (!(last && openEnded) && !isCutShort(line, n)) throw invalid(file, index + 1, 'this line is not JSON')
      torn += 1
      continue
    }
    facts.push(factAt(value, { n, file, line: index + 1 }))
  }
  return { facts, torn, openEnded }
}

function factAt(value: unknown, place: { n: number; file: string; line: number }): Fact {
  const { n, file, line } = place
  refuseNewer(value, file, line)
  if (isTooDeep(value)) throw invalid(file, line, `it nests deeper than ${deepest} levels`)
  const checked = factSchema.safeParse(value)
  if (!checked.success) {
    const [issue] = checked.error.issues
    throw invalid(file, line, `${issue?.path.join('.') || 'the fact'}: ${issue?.message}`)
  }
  if (checked.data.n !== n) throw invalid(file, line, `fact ${n} is missing: this one has number ${checked.data.n}`)
  return checked.data
}

function refuseNewer(value: unknown, file: string, line: number): void {
  if (typeof value !== 'object' || value === null || !('format' in value)) return
  if (typeof value.format !== 'number' || value.format <= journalFormat) return
  throw new BadgatewayError(
    'JOURNAL_INVALID',
    `${file}:${line} was written by a newer badgateway: format ${value.format}, this one reads ${journalFormat}`,
    'Use the badgateway that wrote it, or a newer one.',
  )
}

function isCutShort(line: string, n: number): boolean {
  if (line === '') return false
  const start = `{"n":${n},`
  return line.startsWith(start) || start.startsWith(line)
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function invalid(file: string, line: number, because: string): BadgatewayError {
  return new BadgatewayError(
    'JOURNAL_INVALID',
    `${file}:${line}: ${because}`,
    'A journal is written once and never edited. Was it changed, or copied incompletely?',
  )
}
