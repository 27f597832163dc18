import { z } from 'zod'
import { type CellFigures, type CellRow, isSlower } from '../checks/index.ts'
import { msBand, msBandOf, noises, shareBand, shareBandOf } from './band.ts'

const day = z.iso.date('no day: write e.g. 2027-01-31')

/** A gap that somebody knows of and lives with for now. */
export const accepted = z.strictObject({
  reason: z.string().min(1),
  owner: z.string().min(1),
  /** The last day on which it is accepted. */
  until: day,
})
export type Accepted = z.output<typeof accepted>

const ends = ['itself', 'restart policy', 'with the fault', 'with the remedy', 'not at all'] as const

/** What users met in one cell, with the band in which each figure strays though nothing has changed. */
export const entry = z.strictObject({
  /** Share of the requests that failed during the fault. */
  failed: shareBand,
  /** Share of the writes that more than one server may have done; null: no writes, or nobody can tell. */
  twice: shareBand.nullable(),
  /** What ended it; empty: no user was failed. */
  ended: z.array(z.enum(ends)),
  /** From the fault's end to the last failed request; null: none failed, or it never ended. */
  goodAgainMs: msBand.nullable(),
  /** Who told of it, `no alert` and the like among them; empty: nobody had to be told. */
  alerts: z.array(z.string()),
  /** From the first failed request until somebody was told. */
  alertMs: msBand.nullable(),
  /** What 95 of 100 requests waited at most, in the worst second; null: nothing was answered. */
  p95Ms: msBand.nullable(),
  accepted: accepted.optional(),
})
export type Entry = z.output<typeof entry>

/** Figures of one play that are compared. */
export interface Compared {
  readonly failed: number
  readonly twice: number | null
  readonly ended: CellFigures['endedBy']
  readonly goodAgainMs: number | null
  readonly alert: string | null
  readonly alertMs: number | null
  readonly p95Ms: number | null
}

export function comparedOf(figures: CellFigures): Compared {
  const { failedShare, writes, endedBy, failedAfterEndMs, alert, p95DuringMs } = figures
  const isTold = typeof alert === 'object' && alert !== null
  return {
    failed: failedShare,
    twice: writes?.twice != null && writes.sent > 0 ? Math.min(1, writes.twice / writes.sent) : null,
    ended: endedBy,
    goodAgainMs: endedBy === null ? null : failedAfterEndMs,
    alert: isTold ? alert.name : alert,
    alertMs: isTold ? alert.afterMs : null,
    p95Ms: p95DuringMs,
  }
}

/** Plays of a cell that could tell. */
export const figuresOf = (plays: readonly CellRow[]): CellFigures[] => plays.flatMap(({ figures }) => figures ?? [])

/** The entry that these plays make; undefined: none of them could tell. */
export function entryOf(plays: readonly CellRow[]): Entry | undefined {
  const figures = figuresOf(plays)
  if (figures.length === 0) return undefined
  const all = figures.map(comparedOf)
  const known = (name: 'goodAgainMs' | 'alertMs' | 'p95Ms') =>
    msBandOf(
      all.flatMap((one) => one[name] ?? []),
      noises[name],
    )
  const writes = figures.flatMap(({ writes: one }, at) => {
    const share = all[at]?.twice ?? null
    return one && share !== null ? [{ share, of: one.sent }] : []
  })
  return {
    failed: shareBandOf(figures.map(({ failedShare: share, asked: of }) => ({ share, of }))),
    twice: writes.length === 0 ? null : shareBandOf(writes),
    ended: ends.filter((end) => all.some(({ ended }) => ended === end)),
    goodAgainMs: known('goodAgainMs'),
    alerts: [...new Set(all.flatMap(({ alert }) => alert ?? []))].sort(),
    alertMs: known('alertMs'),
    p95Ms: known('p95Ms'),
  }
}

/** Is there anything to accept: did users notice, or was a budget not kept? */
export const isGap = ({ figures, verdict }: CellRow): boolean =>
  verdict === 'fail' || (figures !== null && (figures.failed > 0 || isSlower(figures)))
