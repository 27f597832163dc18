import { showMs } from '../../kit/duration.ts'
import { inert, inertLines } from '../../kit/inert.ts'
import type { LiveReporter, ReportedRun, ReportedVariant } from '../reporter.ts'
import { type Colors, colorsFor } from '../terminal/colors.ts'
import type { Screen } from '../terminal/screen.ts'
import { statusOf } from '../words/status.ts'
import { shortened, wrapped } from '../words/width.ts'
import {
  heads,
  isFelt,
  type MatrixRow,
  matrixSentence,
  notesOf,
  outcomeOf,
  rowOf,
  rowsToTell,
  sortedRows,
  verdictWord,
  wordsOf,
} from './rows.ts'

export interface MatrixLiveOptions {
  readonly io: Screen
  /** Only the sorted matrix at the end. */
  readonly quiet: boolean
  /** Nothing at all: who asks prints an object when all is known. */
  readonly json: boolean
  /** How many cells will be played. */
  readonly cells: number
}

/** A line a cell as it ends, and at the end the matrix, what hurts most first. */
export function matrixLive({ io, quiet, json, cells }: MatrixLiveOptions): LiveReporter {
  const colors = colorsFor(io.color)
  let played = 0
  const say = (text: string) => (quiet || json ? undefined : io.out(`${inertLines(text, { controls: true })}\n`))
  return {
    name: 'matrix',
    onPlan: ({ cell }) => {
      if (played === 0) say(inert(lineOf(['', ...heads])))
      if (io.isTty && cell)
        say(colors.dim(`… ${inert(cell.name)} (${played + 1} of ${cells}, held for ${showMs(cell.holdMs)})`))
    },
    onFact: (fact) => {
      if (fact.kind === 'stack-ready' && fact.anew !== undefined) {
        say(
          colors.yellow(`  The stack is a new one, started in ${inert(showMs(fact.tookMs))}: ${inert(fact.anew, 300)}`),
        )
      }
      if (fact.kind === 'problem') say(colors.yellow(`  ${inert(`${fact.code}: ${fact.message}`, 300)}`))
    },
    onRepeat: ({ plan }) => say(`  ${inert(plan.cell?.name ?? plan.variant)} could not tell, and is played again`),
    onVariant: (variant) => {
      played += 1
      const line = cellLine(variant, colors)
      if (line !== undefined) say(line)
    },
    onEnd: ({ run, folder }) => {
      if (!json) io.out(ending(run, folder, colors))
    },
  }
}

/** Widths of a line: sign, cell, and the columns of the heads; together with their gaps at most 100 columns. */
const widths = [1, 28, 11, 17, 18, 14, 9] as const

function lineOf(cells: readonly string[]): string {
  return widths
    .map((width, at) => shortened(cells[at] ?? '', width).padEnd(width))
    .join(' ')
    .trimEnd()
}

function cellLine(variant: ReportedVariant, colors: Colors): string | undefined {
  const row = rowOf(variant)
  if (!row) return undefined
  const line = lineOf([signOf(row), row.cell, ...wordsOf(row)].map((text) => inert(text)))
  return paintOf(row, colors)(line)
}

type Row = MatrixRow['row']

const signOf = (row: Row) => outcomeOf(row).sign

function paintOf(row: Row, colors: Colors): (text: string) => string {
  if (row.verdict === 'fail') return colors.red
  return isFelt(row) === false ? colors.green : colors.yellow
}

const mostColumns = 100

function ending(run: ReportedRun, folder: string, colors: Colors): string {
  const rows = sortedRows(run)
  const told = rowsToTell(rows)
  const calm = rows.filter((one) => !told.includes(one)).map(({ row }) => inert(row.cell))
  const isDry = rows.every(({ row }) => row.status === 'rehearsed')
  const calmHead = isDry ? 'Rehearsed' : 'No user noticed'
  const { sign, word } = verdictWord(statusOf(run), rows)
  const shown = `${sign} ${word}`.trim()
  const blocks = [
    ...(told.length > 0
      ? [isDry ? 'What did not work:' : 'What hurts, worst first:', ...told.map((one) => blockOf(one, colors))]
      : []),
    ...(run.lacks ?? []).map((one) => wrapped(colors.yellow(`Lacking: ${inert(one, 400)}`), mostColumns)),
    ...(calm.length > 0 ? [wrapped(`${calmHead} (${calm.length}): ${calm.join(', ')}`, mostColumns)] : []),
    `${colors.bold(shown)} ${matrixSentence(rows)}\nReport: ${inert(folder)}/matrix.html`,
  ]
  return `\n${blocks.join('\n\n')}\n`
}

/** A cell with its figures, its sentence, what is worth a word, and what would help. */
function blockOf({ row, plays }: MatrixRow, colors: Colors): string {
  const paint = paintOf(row, colors)
  const lines = [row.sentence, ...notesOf(row, plays)].map((text) => below(inert(text, 400)))
  const change = row.change === null ? [] : [colors.cyan(below(`→ ${inert(row.change, 400)}`))]
  return [colors.bold(paint(`${signOf(row)} ${inert(row.cell)}`)), ...lines, ...change].join('\n')
}

const below = (text: string) => wrapped(text, mostColumns - 2).replace(/^/gm, '  ')
