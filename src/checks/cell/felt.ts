import type { CellFigures } from './cell-figures.ts'

/** Answers that are three times as late as before, and by what a user notices. */
const slower = { times: 3, byMs: 200 } as const

export function isSlower({ p95BeforeMs, p95DuringMs }: Pick<CellFigures, 'p95BeforeMs' | 'p95DuringMs'>): boolean {
  if (p95DuringMs === null) return false
  const before = p95BeforeMs ?? 0
  return p95DuringMs >= before * slower.times && p95DuringMs >= before + slower.byMs
}
