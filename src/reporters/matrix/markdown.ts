import { md, mdCode, mdTable } from '../markdown/escape.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { statusOf, statusWords } from '../words/status.ts'
import { heads, isFelt, type MatrixRow, matrixSentence, notesOf, sortedRows, wordsOf } from './rows.ts'

/** The matrix for who reads Markdown: a table of figures, and below it a sentence and a change for each that hurts. */
export const matrixMarkdownReporter: FileReporter = {
  name: 'matrix-markdown',
  file: 'matrix.md',
  write: (run) => `${page(run)}\n`,
}

function page(run: ReportedRun): string {
  const rows = sortedRows(run)
  const title = run.variants[0]?.record.plan.title ?? 'The matrix'
  const told = rows.filter(({ row }) => isFelt(row) !== false || row.verdict !== 'pass')
  return [
    `# ${md(title)}: ${statusWords[statusOf(run)].word}`,
    md(matrixSentence(rows)),
    mdTable([...heads, 'Verdict'], rows.map(cells)),
    ...(told.length > 0 ? ['## What hurts', ...told.map(part)] : []),
  ].join('\n\n')
}

function cells({ row, plays }: MatrixRow): string[] {
  return [mdCode(row.cell), ...wordsOf(row, plays).map(md), statusWords[row.verdict].word]
}

/** Directives stand between backticks. */
const withCode = (text: string) =>
  text
    .split('`')
    .map((one, at) => (at % 2 === 1 ? mdCode(one) : md(one)))
    .join('')

function part({ row, plays }: MatrixRow): string {
  const change = row.change === null ? [] : [`**Change:** ${withCode(row.change)}`]
  const lines = [md(row.sentence), ...change, ...notesOf(row, plays).map(md)]
  return `### ${mdCode(row.cell)}\n\n${lines.map((line) => `- ${line}`).join('\n')}`
}
