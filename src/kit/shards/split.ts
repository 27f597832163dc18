import { z } from 'zod'

/** One of several machines that play a plan together: the `at`-th of `of`, from 1. */
export interface Share {
  readonly at: number
  readonly of: number
}

export interface Piece {
  readonly name: string
  /** How long it takes. */
  readonly ms: number
}

/**
 * The share, from 1, that each piece falls to: the longest first, each to whichever has least so far. The same on every
 * machine for the same pieces, in whatever order they are given.
 */
export function splitOf(pieces: readonly Piece[], of: number): Map<string, number> {
  const sums = Array.from({ length: of }, () => 0)
  const longestFirst = pieces.toSorted((a, b) => b.ms - a.ms || (a.name < b.name ? -1 : 1))
  return new Map(
    longestFirst.map(({ name, ms }) => {
      const least = sums.indexOf(Math.min(...sums))
      sums[least] = (sums[least] ?? 0) + ms
      return [name, least + 1]
    }),
  )
}

/** How long each piece took: ms by `refuse/api-1`, or by `SCENARIO/VARIANT`. */
export const timesFile = z.strictObject({ format: z.literal(1), ms: z.record(z.string(), z.int().nonnegative()) })
export const timesFileName = 'times.json'

interface Planned {
  readonly name: string
  /** By the plan alone. */
  readonly plannedMs: number
}

/**
 * Pieces by what was measured of them. One that was not is taken for as long as its plan says, and for as much longer
 * as those took that were.
 */
export function measuredPieces(planned: readonly Planned[], times: ReadonlyMap<string, number>): Piece[] {
  const known = planned.flatMap(({ name, plannedMs }) => {
    const ms = times.get(name)
    return ms === undefined ? [] : [{ ms, plannedMs }]
  })
  const sum = (pick: (one: { ms: number; plannedMs: number }) => number) =>
    known.reduce((all, one) => all + pick(one), 0)
  const plannedMs = sum((one) => one.plannedMs)
  const longer = plannedMs > 0 ? sum(({ ms }) => ms) / plannedMs : 1
  return planned.map((one) => ({ name: one.name, ms: times.get(one.name) ?? Math.round(one.plannedMs * longer) }))
}
