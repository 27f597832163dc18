import type { TheirAlert, TheirRulesTime } from '../reading/their-alerts.ts'

/** What ended it: for its users, and not for the machine. */
export type EndedBy = 'itself' | 'restart policy' | 'with the fault' | 'with the remedy' | 'not at all'

/** Why nobody was told: no alert came, none could have come in so short a time, or nobody watches. */
export type Untold = 'no alert' | 'could not fire' | 'not watched'

export interface TheirFigures {
  /** Alerts that fired since the fault. */
  readonly fired: readonly TheirAlert[]
  /** Those that were pending or fired before: they tell nothing of it. */
  readonly before: readonly string[]
  readonly rules: TheirRulesTime
}

export interface SentWrites {
  readonly sent: number
  readonly lost: number
}

/**
 * Writes since the fault that servers have got more than once. By their `keys`: as the interposers before all servers
 * of the group saw them arrive; by the `log` of the proxy: more than one server was asked, and may have done them.
 */
export interface DoubledWrites {
  /** Null: nobody tells. */
  readonly twice: number | null
  readonly twiceBy: 'keys' | 'log' | null
}

/** What users met while one thing was broken. Times are ms; shares 0 to 1. */
export interface CellFigures {
  /** Requests that left while the fault was there, and those of them that failed. */
  readonly asked: number
  readonly failed: number
  readonly failedShare: number
  /** All that failed since the fault, by class. */
  readonly byClass: Readonly<Record<string, number>>
  /** Of a usual second before it, and of the worst second while it was there; null: nothing was answered. */
  readonly p95BeforeMs: number | null
  readonly p95DuringMs: number | null
  /** Requests that were answered well by a second server; null: the proxy's log does not tell. */
  readonly hiddenRetries: number | null
  /** From the fault to the first failed request; null: none failed. */
  readonly firstFailedMs: number | null
  /** Null: nobody had to be told. */
  readonly alert: { readonly name: string; readonly afterMs: number } | Untold | null
  /** What their own monitoring said; null: it was not asked. */
  readonly theirs: TheirFigures | null
  /** What the quickest of the rules needs from a change until it can fire; null: not known. */
  readonly quickestRuleMs: number | null
  /** Null: no user was failed, so nothing had to end. */
  readonly endedBy: EndedBy | null
  /** From the fault's end to the last failed request; null: it did not end. */
  readonly failedAfterEndMs: number | null
  /** Writes among what was asked, and those of them that failed for who sent them; null: there are none. */
  readonly writes: (SentWrites & DoubledWrites) | null
  /** How long the fault was there. */
  readonly lastedMs: number
  /** Failures of which the proxy said that no server was left to ask, after the fault's end. */
  readonly noneLeftAfter: number
}
