import { lackLines, md, mdCode, mdTable } from '../markdown/escape.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { statusOf } from '../words/status.ts'
import {
  heads,
  type MatrixRow,
  matrixSentence,
  notesOf,
  rowsToTell,
  sortedRows,
  titleOf,
  verdictWord,
  wordsOf,
} from './rows.ts'

/** The matrix for who reads Markdown: a table of figures, and below it a sentence and a change for each that hurts. */
export const matrixMarkdownReporter: FileReporter = {
  name: 'matrix-markdown',
  file: 'matrix.md',
  write: (run) => `${page(run)}\n`,
}

function page(run: ReportedRun): string {
  const rows = sortedRows(run)
  const title = titleOf(run)
  const told = rowsToTell(rows)
  return [
    `# ${md(title)}: ${wordOf(statusOf(run), rows)}`,
    md(matrixSentence(rows)),
    ...lackLines(run.lacks),
    matrixTable(rows),
    ...(told.length > 0 ? ['## What hurts', ...told.map(part)] : []),
  ].join('\n\n')
}

/** A line a cell. */
export const matrixTable = (rows: readonly MatrixRow[]): string => mdTable([...heads, 'Verdict'], rows.map(cells))

const wordOf = (status: MatrixRow['row']['verdict'], rows: readonly MatrixRow[]) => verdictWord(status, rows).word

function cells(one: MatrixRow): string[] {
  const { row, plays } = one
  return [mdCode(row.cell), ...wordsOf(row, plays).map(md), wordOf(row.verdict, [one])]
}

/** Directives stand between backticks. */
export const withCode = (text: string) =>
  text
    .split('`')
    .map((one, at) => (at % 2 === 1 ? mdCode(one) : md(one)))
    .join('')

function part({ row, plays }: MatrixRow): string {
  const change = row.change === null ? [] : [`**Change:** ${withCode(row.change)}`]
  const lines = [md(row.sentence), ...change, ...notesOf(row, plays).map(md)]
  return `### ${mdCode(row.cell)}\n\n${lines.map((line) => `- ${line}`).join('\n')}`
}
