import { driftLines, driftSentence } from '../drift/index.ts'
import { exitCodes } from '../kit/errors.ts'
import { counted } from '../kit/figures.ts'
import {
  type MatrixRow,
  matrixSentence,
  matrixTable,
  md,
  mdCode,
  notesOf,
  outcomeOf,
  rowsToTell,
  sortedRows,
  statusOf,
  titleOf,
  verdictWord,
  withCode,
} from '../reporters/index.ts'
import { type Block, fitted } from './fitted.ts'
import type { ToldCheck } from './told.ts'
import { uriOf } from './uri.ts'

/** The body of a comment below a pull request: GitHub takes 65,536 characters. */
export const commentLimit = 65_000

/** By it a bot finds its own comment of this stack, and replaces it. */
export const markerOf = ({ stack }: Pick<ToldCheck, 'stack'>): string => `<!-- badgateway check: ${uriOf(stack)} -->`

/** The same check in Markdown for people, of at most so many bytes; what is cut is said. */
export function commentText(told: ToldCheck, limit: number = commentLimit): string {
  const rows = sortedRows(told.run)
  const { drift, command, version } = told
  const head = [
    markerOf(told),
    `## ${wordOf(told, rows)}: ${md(titleOf(told.run))}`,
    md(matrixSentence(rows)),
    ...(drift ? [md(driftSentence(drift.cells, drift.beside))] : []),
  ].join('\n\n')
  const tail = `<sub>badgateway ${md(version)} · once more: ${mdCode(command)}</sub>`
  const [heads = '', rule = '', ...lines] = matrixTable(rows).split('\n')
  return `${fitted(
    head,
    [
      driftBlock(told),
      {
        open: '### What hurts, and what would help',
        items: rowsToTell(rows).map((one) => helpOf(told, one)),
        close: '',
      },
      {
        open: `<details><summary>${counted(rows.length, 'cell')}</summary>\n\n${heads}\n${rule}`,
        items: lines,
        close: '\n</details>',
      },
    ],
    { tail, limit, whole: told.whole },
  )}\n`
}

function wordOf({ exitCode, run, drift, isHeld }: ToldCheck, rows: readonly MatrixRow[]): string {
  const { sign, word } = verdictWord(statusOf(run), rows)
  const own = `${sign} ${word}`.trim()
  if (exitCode === exitCodes.environment) return '! NOT PLAYED TO ITS END'
  if (exitCode === exitCodes.unclean) return '! NOT PROVEN CLEAN'
  if (!isHeld) return { 0: '✓ NOT WORSE', 1: '✗ WORSE', 2: '? INCONCLUSIVE', 64: own }[exitCode]
  return drift ? { 0: '✓ PASS', 1: '✗ FAIL', 2: '? INCONCLUSIVE', 64: own }[exitCode] : own
}

function driftBlock({ drift }: ToldCheck): Block {
  const items = driftLines(drift?.cells ?? []).map(({ isRed, head, lines }) =>
    [`- ${isRed ? '**✗**' : '·'} ${md(head)}`, ...lines.map((line) => `  - ${md(line)}`)].join('\n'),
  )
  return { open: `### Beside ${md(drift?.beside ?? '')}`, items, close: '' }
}

function helpOf({ places }: ToldCheck, { row, plays }: MatrixRow): string {
  const place = places.directive(row)
  const where = place ? ` (${mdCode(`${place.file}:${place.line}`)})` : ''
  const change = row.change === null ? [] : [`**Change:** ${withCode(row.change)}${where}`]
  const { sign, word } = outcomeOf(row)
  const lines = [md(row.sentence), ...change, ...notesOf(row, plays).map(md)]
  return [`- ${sign} ${mdCode(row.cell)} (${word})`, ...lines.map((line) => `  - ${line}`)].join('\n')
}
