import { inert } from '../../kit/inert.ts'
import { colorsFor } from '../terminal/colors.ts'
import type { Screen } from '../terminal/screen.ts'
import { mostColumns, type TextCell, textTable } from '../terminal/table.ts'
import { wrapped } from '../words/width.ts'
import { cellOf, type Told, type ToldCell } from './told.ts'

/** The tables of it for a terminal, then what it says in short. Lists are for pages. */
export function toldText({ lead, parts }: Told, { color }: Pick<Screen, 'color'>): string {
  const colors = colorsFor(color)
  const paints = { good: colors.green, bad: colors.red, muted: colors.dim, strong: colors.bold }
  const cell = (one: string | ToldCell): TextCell => {
    const { lines, tone } = cellOf(one)
    if (tone === 'plain') return lines.map((line) => inert(line)).join('\n')
    if (tone === 'strong') return { text: inert(lines[0] ?? ''), paint: colors.bold }
    return { text: lines.map((line) => inert(line)).join('\n'), paint: paints[tone] }
  }
  const tables = parts.flatMap((part) => {
    if (part.is !== 'table') return []
    const rows = part.rows.map((row) => row.map(cell))
    const text = textTable(rows, { heads: part.columns.map((head) => inert(head)), ruled: true })
    return [part.note === undefined ? text : `${text}\n\n${wrapped(inert(part.note), mostColumns)}`]
  })
  return `\n${[...tables, wrapped(inert(lead), mostColumns)].join('\n\n')}\n`
}
