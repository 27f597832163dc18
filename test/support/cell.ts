import { cellRow } from '../../src/checks/cell/row.ts'
import { judge } from '../../src/checks/index.ts'
import type { RunRecord } from '../../src/journal/index.ts'
import type { PlannedCell } from '../../src/kit/matrix/cell.ts'
import { defaultHandling, type Handling } from '../../src/kit/matrix/handling.ts'
import { type OutageOptions, outageJournal } from './journal.ts'

export const handling: Handling = { ...defaultHandling, servers: 2 }

/** A cell of a group of two. */
export const planned = (more: Partial<PlannedCell> = {}): PlannedCell => ({
  name: 'refuse/api-1',
  mode: 'refuse',
  about: 'Every packet to the server is refused.',
  outcome: 'refused',
  target: 'api-1',
  kind: 'server',
  services: ['api-1'],
  group: 'api',
  wellBeside: 1,
  holdMs: 3_000,
  waits: null,
  handling,
  budget: {},
  writes: false,
  ...more,
})

/** The journal of an outage, told as a cell. */
export const cellJournal = (cell: Partial<PlannedCell> = {}, options: OutageOptions = {}): RunRecord =>
  outageJournal({ ...options, plan: { ...options.plan, cell: planned(cell) } })

/** What is read of it; nothing is asked but whether it was an experiment. */
export function rowFor(record: RunRecord) {
  const row = cellRow(record, { ...judge(record), status: 'pass' })
  if (!row) throw new Error('its plan has no cell')
  return row
}
