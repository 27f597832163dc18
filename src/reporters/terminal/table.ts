/** One cell: its text, whose line breaks stay, and how it is painted once it stands in lines. */
export type TextCell = string | { readonly text: string; readonly paint: (line: string) => string }

/** The cells of a row; a line over all columns; or a rule between rows. */
export type TextRow =
  | readonly TextCell[]
  | { readonly over: string; readonly paint?: (line: string) => string }
  | 'rule'

export interface TextTable {
  readonly heads?: readonly string[]
  /** Indexes of the columns with figures, which stand to the right. */
  readonly right?: readonly number[]
  /** A rule between rows: where they have several lines they are hard to tell apart. */
  readonly ruled?: boolean
  /** In characters; at most `mostColumns`. */
  readonly columns?: number
}

/** No table is wider: it must fit a terminal, a log and a page. */
export const mostColumns = 100
/** What a table gets at least, whatever the terminal says of itself. */
const leastColumns = 40
const gap = '  '

/** A table for a terminal or a pipe: columns that are too wide are wrapped between words. Cells are inert already. */
export function textTable(
  rows: readonly TextRow[],
  { heads, right = [], ruled = false, columns }: TextTable = {},
): string {
  const limit = Math.max(leastColumns, Math.min(columns ?? mostColumns, mostColumns))
  const widths = widthsOf(heads ?? [], rows.filter(isCells), limit)
  const inside = widths.reduce((sum, width) => sum + width, 0) + gap.length * Math.max(0, widths.length - 1)
  const rule = '─'.repeat(inside)
  const lines = rows.flatMap((row, index) => {
    const between = ruled && index > 0 ? [rule] : []
    if (row === 'rule') return [rule]
    if (!isCells(row)) return wrapped(row.over, inside).map(row.paint ?? plain)
    return [...between, ...linesOf(row, widths, right)]
  })
  const top = heads ? [...linesOf(heads, widths, right), rule] : []
  return [...top, ...lines].map((line) => line.replace(/ +$/, '')).join('\n')
}

/** Between words; a figure stays with its unit. */
const blank = / (?!(?:s|ms|min|h|%)(?: |$))/

const plain = (line: string) => line
const isCells = (row: TextRow): row is readonly TextCell[] => Array.isArray(row)
const textOf = (cell: TextCell) => (typeof cell === 'string' ? cell : cell.text)

/**
 * How wide each column may be, so that all fit: the widest gives way first. Heads are wrapped before cells are, and no
 * word is cut while anything else can give way.
 */
function widthsOf(heads: readonly string[], rows: readonly (readonly TextCell[])[], limit: number): number[] {
  const count = Math.max(heads.length, ...rows.map((row) => row.length))
  const columns = Array.from({ length: count }, (_, at) => {
    const [head, cells] = [heads[at] ?? '', rows.map((row) => textOf(row[at] ?? ''))]
    const word = longestOf(
      [head, ...cells]
        .flatMap((text) => text.split('\n'))
        .flatMap(wordsOf)
        .flatMap(piecesOf),
    )
    const unwrapped = Math.max(longestOf(cells.flatMap((text) => text.split('\n'))), longestOf(wordsOf(head)))
    return { word, unwrapped, whole: Math.max(unwrapped, widthOf(head)) }
  })
  const widths = columns.map(({ whole }) => whole)
  const room = Math.max(count, limit - gap.length * (count - 1))
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over -= 1) {
    const above = (least: (column: (typeof columns)[number]) => number) =>
      columns.map((column, at) => ((widths[at] ?? 0) > least(column) ? (widths[at] ?? 0) : 0))
    const giving = [above(({ unwrapped }) => unwrapped), above(({ word }) => word), widths]
    const from = giving.find((all) => all.some((width) => width > 0)) ?? widths
    const at = from.indexOf(Math.max(...from))
    widths[at] = (widths[at] ?? 1) - 1
  }
  return widths.map((width) => Math.max(1, width))
}

function linesOf(row: readonly TextCell[], widths: readonly number[], right: readonly number[]): string[] {
  const columns = widths.map((width, at) => wrapped(textOf(row[at] ?? ''), width))
  const height = Math.max(...columns.map((lines) => lines.length))
  return Array.from({ length: height }, (_, index) => {
    const shown = columns.map((lines, at) => {
      const text = lines[index] ?? ''
      const cell = row[at] ?? ''
      const painted = typeof cell === 'string' || text === '' ? text : cell.paint(text)
      const pad = ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(text)))
      return right.includes(at) ? pad + painted : painted + pad
    })
    return shown.join(gap)
  })
}

/** Text in lines of at most so many columns: broken between words, then behind a hyphen or slash, then anywhere. */
function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => {
    const lines: string[] = []
    for (const word of wordsOf(line)) {
      const last = lines.at(-1)
      if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
      else lines.push(...partsOf(word, width))
    }
    return lines
  })
}

function partsOf(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word]
  const parts: string[] = []
  for (const piece of piecesOf(word)) {
    const last = parts.at(-1)
    if (last !== undefined && widthOf(last) + widthOf(piece) <= width) parts[parts.length - 1] = last + piece
    else parts.push(...cut(piece, width))
  }
  return parts
}

const wordsOf = (line: string) => line.split(blank)
const piecesOf = (word: string) => word.split(/(?<=[-/])(?=.)/)

function cut(piece: string, width: number): string[] {
  const parts: string[] = ['']
  for (const character of piece) {
    const last = parts.at(-1) ?? ''
    if (last !== '' && widthOf(last) + widthOf(character) > width) parts.push(character)
    else parts[parts.length - 1] = last + character
  }
  return parts
}

/** Han, kana, hangul, full-width forms and pictures take two columns. */
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\uff01-\uff60]|\p{Emoji_Presentation}/gu
const widthOf = (text: string) => [...text].length + (text.match(wide)?.length ?? 0)
const longestOf = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))
