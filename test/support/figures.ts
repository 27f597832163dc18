import type { CellFigures, CellRow } from '../../src/checks/index.ts'
import { planned } from './cell.ts'

/** What users met where nobody noticed. */
export const calm: CellFigures = {
  asked: 120,
  failed: 0,
  failedShare: 0,
  byClass: {},
  p95BeforeMs: 10,
  p95DuringMs: 20,
  hiddenRetries: 0,
  firstFailedMs: null,
  alert: null,
  theirs: null,
  quickestRuleMs: null,
  endedBy: null,
  failedAfterEndMs: 0,
  writes: null,
  lastedMs: 3_000,
  noneLeftAfter: 0,
}

/** An outage that an alert tells of, and that ends with its cause. */
export const outage: CellFigures = {
  ...calm,
  failed: 48,
  failedShare: 0.4,
  byClass: { http_502: 48 },
  firstFailedMs: 20,
  alert: { name: 'BackendDown', afterMs: 2_000 },
  endedBy: 'with the fault',
  failedAfterEndMs: 300,
}

/** A play with these figures; null: it could not tell. */
export const playOf = (figures: CellFigures | null, verdict: CellRow['verdict'] = 'pass'): CellRow => ({
  cell: 'refuse/api-1',
  planned: planned(),
  status: figures ? 'measured' : 'inconclusive',
  verdict: figures ? verdict : 'inconclusive',
  because: [],
  figures,
  givenUp: null,
  sentence: '',
  change: null,
  directive: null,
  tookMs: 7_000,
})
