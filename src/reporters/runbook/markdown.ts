import type { RunRecord } from '../../journal/index.ts'
import { md, mdTable } from '../markdown/escape.ts'
import { matrixOf, runbookLegend, runbookRows, runbookSentence, runbookSteps } from '../tale/runbook.ts'

/** `runbook.md`: the matrix, and why each cell says what it says. */
export function runbookMarkdown(records: readonly RunRecord[]): string {
  const rows = runbookRows(records)
  const { heads, rows: told } = matrixOf(rows)
  const cells = told.map((row) => [
    md(row.cause),
    ...row.cells.map(({ lines }) => md(lines.join('; '))),
    md(row.firstFound),
    md(row.firstCured),
  ])
  const reasons = rows.map(({ title, cells: measured }) => {
    const lines = measured.map((cell, index) => `- **${runbookSteps[index]}**: ${md(cell?.because ?? 'not asked for')}`)
    return `### ${md(title)}\n\n${lines.join('\n')}`
  })
  const parts = ['# The runbook, measured', runbookSentence(rows), mdTable(heads, cells), runbookLegend, ...reasons]
  return `${parts.join('\n\n')}\n`
}
