import { defineReporter, type RunRecord, type ToldCell, type ToldList, type ToldTable } from '../../../src/index.ts'
import { type GuideCell, guideSteps } from './_cell.ts'
import { type RunbookRow, runbookRow } from './_row.ts'

/** What the words of a cell mean. */
const runbookLegend =
  'finds: the look names the cause, and took so long. cures: service is good again so long after the step began. ' +
  'no effect, makes worse: by the failed requests of the users before and after. First: since the cause was there, ' +
  'with the steps taken in order.'

const shortSteps = ['Logs', 'State', 'Restart', 'Proxy', 'Firewall', 'Scale']

const runbookSteps = guideSteps.map((step, index) => `${index + 1}. ${step}`)

/** Rows of all records that took the guide's steps, in the order given. */
function runbookRows(records: readonly RunRecord[]): RunbookRow[] {
  return records.flatMap((record) => runbookRow(record) ?? [])
}

function matrixOf(rows: readonly RunbookRow[]): ToldTable {
  return {
    is: 'table',
    head: 'Cause and step',
    caption: 'Measured: what each step of the guide found and did',
    columns: ['Cause', ...shortSteps.map((step, index) => `${index + 1} ${step}`), 'First found by', 'First cured by'],
    rows: rows.map(({ cause, title, cells, firstFound, firstCured }) => [
      { lines: [cause, title], tone: 'strong' },
      ...cells.map(cellOf),
      firstText(firstFound, 'none finds it'),
      firstText(firstCured, 'none cures it'),
    ]),
    note: runbookLegend,
  }
}

/** `0.5 s`: finer than that says nothing. */
const tenths = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

function firstText(first: RunbookRow['firstFound'], none: string): string {
  return first ? `${first.guide} after ${tenths(first.seconds * 1_000)}` : none
}

function cellOf(cell: GuideCell | null): ToldCell {
  if (!cell) return { lines: ['–'], tone: 'muted', because: 'not asked for' }
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
function runbookSentence(rows: readonly RunbookRow[]): string {
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

const counted = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

/** The matrix of causes and steps, over all runs that took steps of the guide. */
export const runbookReporter = defineReporter({
  kind: 'runbook',
  about: 'Which step of the guide found, and which cured, which cause, as a matrix.',
  tell: (variants, place) => {
    const records = variants.map(({ record }) => record)
    // What took only some steps, until one cured, is told where nothing took them all.
    const whole = records.filter(({ plan }) => plan.variant === 'runbook')
    const rows = runbookRows(whole.length > 0 ? whole : records)
    if (rows.length === 0) return null
    const matrix = matrixOf(rows)
    if (place === 'section') return { title: 'What each step of the guide did', lead: '', parts: [matrix] }
    return { title: 'The runbook, measured', lead: runbookSentence(rows), parts: [matrix, reasonsOf(rows)] }
  },
})

function reasonsOf(rows: readonly RunbookRow[]): ToldList {
  const groups = rows.map(({ title, cells }) => {
    const items = cells.map((cell, index) => {
      return { name: runbookSteps[index] ?? '', text: cell?.because ?? 'not asked for' }
    })
    return { head: title, items }
  })
  return { is: 'list', head: 'What was seen', groups }
}
