import { type GuideCell, guideSteps, type RunbookRow, runbookRow } from '../../checks/index.ts'
import type { RunRecord } from '../../journal/index.ts'
import { counted } from '../../kit/figures.ts'

/** The matrix of causes and steps, in texts. */
export interface RunbookMatrix {
  readonly heads: readonly string[]
  readonly rows: readonly MatrixRow[]
}

export interface MatrixRow {
  readonly cause: string
  readonly title: string
  readonly cells: readonly MatrixCell[]
  /** `2 after 3.1 s`. */
  readonly firstFound: string
  readonly firstCured: string
}

/** One cell: what it says, and how it is to be seen at a glance. */
export interface MatrixCell {
  readonly lines: readonly string[]
  readonly tone: 'good' | 'bad' | 'plain' | 'none'
  /** Why, for who wants to know. */
  readonly because: string
}

/** What the words of a cell mean. */
export const runbookLegend =
  'finds: the look names the cause, and took so long. cures: service is good again so long after the step began. ' +
  'no effect, makes worse: by the failed requests of the users before and after. First: since the cause was there, ' +
  'with the steps taken in order.'

const shortSteps = ['Logs', 'State', 'Restart', 'Proxy', 'Firewall', 'Scale']

export const runbookSteps = guideSteps.map((step, index) => `${index + 1}. ${step}`)

/** Rows of all records that took the guide's steps, in the order given. */
export function runbookRows(records: readonly RunRecord[]): RunbookRow[] {
  return records.flatMap((record) => runbookRow(record) ?? [])
}

export function matrixOf(rows: readonly RunbookRow[]): RunbookMatrix {
  return {
    heads: ['Cause', ...shortSteps.map((step, index) => `${index + 1} ${step}`), 'First found by', 'First cured by'],
    rows: rows.map(({ cause, title, cells, firstFound, firstCured }) => ({
      cause,
      title,
      cells: cells.map(cellOf),
      firstFound: firstText(firstFound, 'none finds it'),
      firstCured: firstText(firstCured, 'none cures it'),
    })),
  }
}

/** `0.5 s`: finer than that says nothing. */
const tenths = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

function firstText(first: RunbookRow['firstFound'], none: string): string {
  return first ? `${first.guide} after ${tenths(first.seconds * 1_000)}` : none
}

function cellOf(cell: GuideCell | null): MatrixCell {
  if (!cell) return { lines: ['–'], tone: 'none', because: 'not asked for' }
  const found = cell.found ? [`finds ${tenths(cell.findMs ?? 0)}`] : []
  const looked = cell.found === false && cell.effect === null ? ['does not find'] : []
  const lines = [...found, ...looked, ...effectLines(cell)]
  const tone = cell.effect === 'makes worse' ? 'bad' : cell.found || cell.effect === 'cures' ? 'good' : 'plain'
  return { lines: lines.length > 0 ? lines : ['not reached'], tone, because: cell.because }
}

function effectLines({ effect, cureMs }: GuideCell): string[] {
  if (effect === null) return []
  return [effect === 'cures' && cureMs !== null ? `cures ${tenths(cureMs)}` : effect]
}

/** `5 causes, 30 steps measured: 7 find the cause, 6 cure it, 1 makes it worse.` */
export function runbookSentence(rows: readonly RunbookRow[]): string {
  const cells = rows.flatMap((row) => row.cells).filter((cell) => cell !== null)
  const many = (is: (cell: GuideCell) => boolean) => cells.filter(is).length
  const [finds, cures, worse] = [
    many(({ found }) => found === true),
    many(({ effect }) => effect === 'cures'),
    many(({ effect }) => effect === 'makes worse'),
  ]
  const what = `${counted(rows.length, 'cause')}, ${counted(cells.length, 'step')} measured`
  const told = [
    `${counted(finds, 'finds', 'find')} the cause`,
    `${counted(cures, 'cures', 'cure')} it`,
    `${counted(worse, 'makes', 'make')} it worse`,
  ]
  return `${what}: ${told.join(', ')}.`
}
