import type { Mutant } from './mutants.ts'

/** A mutant that no test has noticed, as `docs/mutation.md` names it. */
export interface Survivor {
  readonly file: string
  /** The line of the source, without what it is indented by. */
  readonly line: string
  /** `<` → `<=`, and which of them in the line, where it has several. */
  readonly mutant: string
  /** Why no test notices it; empty: nobody has looked. */
  readonly reason: string
}

/** Names a mutant by what its line says: line numbers change with every edit. */
export function survivorOf(file: string, source: string, mutant: Mutant, all: readonly Mutant[]): Survivor {
  const line = (source.split('\n')[mutant.line - 1] ?? '').trim()
  const said = (one: Mutant) => `${code(source.slice(one.start, one.end))} → ${code(one.text || 'nothing')}`
  const alike = all
    .filter((one) => one.line === mutant.line && said(one) === said(mutant))
    .toSorted((one, other) => one.start - other.start)
  const place = alike.length === 1 ? '' : `, ${alike.indexOf(mutant) + 1} of ${alike.length}`
  return { file, line, mutant: said(mutant) + place, reason: '' }
}

/** What holds backticks itself is put between two of them. */
const code = (text: string) => {
  const flat = text.replace(/\s+/g, ' ')
  return flat.includes('`') ? `\`\` ${flat} \`\`` : `\`${flat}\``
}
const plain = (cell: string) => (cell.startsWith('``') ? cell.slice(3, -3) : cell.slice(1, -1))

export function rowOf({ file, line, mutant, reason }: Survivor): string {
  return `| ${[code(file), code(line), mutant, reason].map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Every row of the document that names a survivor. */
export function survivorsIn(document: string): Survivor[] {
  return document.split('\n').flatMap((row) => {
    const [, file = '', line = '', mutant = '', reason = '', ...more] = row.split(/(?<!\\)\|/).map((cell) => {
      return cell.replaceAll('\\|', '|').trim()
    })
    const isRow = more.length === 1 && /^`src\/.*\.ts`$/.test(file)
    return isRow ? [{ file: plain(file), line: plain(line), mutant, reason }] : []
  })
}

const isSame = (one: Survivor, other: Survivor) =>
  one.file === other.file && one.line === other.line && one.mutant === other.mutant

/** What survived, each with the reason that the document has for it; and what the document has that was noticed. */
export function compared(alive: readonly Survivor[], told: readonly Survivor[], played: readonly string[]) {
  const rows = alive.map((one) => ({ ...one, reason: told.find((other) => isSame(one, other))?.reason ?? '' }))
  const stale = told.filter((one) => played.includes(one.file) && !alive.some((other) => isSame(one, other)))
  return { rows, stale, unexplained: rows.filter(({ reason }) => reason === '') }
}
