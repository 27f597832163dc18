import Table from 'cli-table3'
import type { RunRecord } from '../../journal/index.ts'
import { inert } from '../../kit/inert.ts'
import { matrixOf, runbookLegend, runbookRows, runbookSentence } from '../tale/runbook.ts'
import { colorsFor } from '../terminal/colors.ts'
import type { Screen } from '../terminal/screen.ts'
import { wrapped } from '../words/width.ts'

const width = 118

/** The matrix for a terminal. */
export function runbookText(records: readonly RunRecord[], { color }: Pick<Screen, 'color'>): string {
  const colors = colorsFor(color)
  const rows = runbookRows(records)
  const { heads, rows: told } = matrixOf(rows)
  // The table's own colours would not know of NO_COLOR.
  const table = new Table({ head: [...heads], style: { head: [], border: [] } })
  const paint = { good: colors.green, bad: colors.red, plain: (text: string) => text, none: colors.dim }
  for (const row of told) {
    const cells = row.cells.map(({ lines, tone }) => lines.map((line) => paint[tone](inert(line))).join('\n'))
    table.push([colors.bold(inert(row.cause)), ...cells, inert(row.firstFound), inert(row.firstCured)])
  }
  return `\n${table.toString()}\n${wrapped(runbookLegend, width)}\n\n${runbookSentence(rows)}\n`
}
