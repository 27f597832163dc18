import { inertJson } from '../../kit/inert.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { lacksOf } from '../verdict-json.ts'
import { statusOf } from '../words/status.ts'
import { sortedRows } from './rows.ts'
import { spreadOf } from './spread.ts'

/**
 * For programs: `{ status, rows: [CellRow] }`, sorted by what hurts, and `lacks` of a run that was joined
 * of shards. Of a cell that was played several times the play that hurt most, with `played`, `spread` (least and most
 * of each figure) and all `plays`.
 */
export const matrixJsonReporter: FileReporter = {
  name: 'matrix-json',
  file: 'matrix.json',
  write: (run) => `${inertJson(matrixData(run), 2)}\n`,
}

export function matrixData(run: ReportedRun) {
  const rows = sortedRows(run).map(({ row, plays }) => {
    return plays.length === 1 ? row : { ...row, played: plays.length, spread: spreadOf(plays), plays }
  })
  const isDry = rows.length > 0 && rows.every(({ status }) => status === 'rehearsed')
  return { status: isDry ? 'rehearsed' : statusOf(run), rows, ...lacksOf(run) }
}
