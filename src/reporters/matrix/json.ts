import { inertJson } from '../../kit/inert.ts'
import type { FileReporter, ReportedRun } from '../reporter.ts'
import { statusOf } from '../words/status.ts'
import { sortedRows } from './rows.ts'

/** For programs: `{ status, rows: [CellRow] }`, sorted by what hurts. */
export const matrixJsonReporter: FileReporter = {
  name: 'matrix-json',
  file: 'matrix.json',
  write: (run) => `${inertJson(matrixData(run), 2)}\n`,
}

export function matrixData(run: ReportedRun) {
  return { status: statusOf(run), rows: sortedRows(run).map(({ row }) => row) }
}
