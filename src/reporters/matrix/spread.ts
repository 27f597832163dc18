import type { CellRow } from '../../checks/index.ts'

/** The least and the most of a figure over the plays of a cell. */
export interface Range {
  readonly least: number
  readonly most: number
}

type Figures = NonNullable<CellRow['figures']>

export const figuresIn = (plays: readonly CellRow[]): Figures[] => plays.flatMap(({ figures }) => figures ?? [])

/** Null: no play has it. */
export function rangeOf(plays: readonly CellRow[], pick: (figures: Figures) => number | null): Range | null {
  const known = figuresIn(plays).flatMap((figures) => pick(figures) ?? [])
  return known.length === 0 ? null : { least: Math.min(...known), most: Math.max(...known) }
}

/** `3.1 s`, or `3.1 s–4.0 s` where the plays differ. */
export function rangeWords({ least, most }: Range, words: (value: number) => string): string {
  const [from, to] = [words(least), words(most)]
  return from === to ? to : `${from}–${to}`
}

/** Each figure of a cell that was played several times, for programs. */
export function spreadOf(plays: readonly CellRow[]) {
  return {
    failedShare: rangeOf(plays, ({ failedShare }) => failedShare),
    p95DuringMs: rangeOf(plays, ({ p95DuringMs }) => p95DuringMs),
    firstFailedMs: rangeOf(plays, ({ firstFailedMs }) => firstFailedMs),
    failedAfterEndMs: rangeOf(plays, ({ failedAfterEndMs }) => failedAfterEndMs),
    hiddenRetries: rangeOf(plays, ({ hiddenRetries }) => hiddenRetries),
  }
}
