import type { Clock } from '../kit/clock.ts'
import type { Evidence, Json } from '../kit/json.ts'
import type { MeasureAction } from '../kit/outcomes.ts'
import type { RegisterUndo, Undo } from '../kit/undo.ts'
import type { Release } from './release.ts'
import type { Stack } from './types.ts'

/** What a fault or a remedy works with. */
export interface Scene {
  readonly stack: Stack
  /** Where a deploy is tried first; absent: nowhere. */
  readonly staging?: Stack
  /** Preventive measures that are switched on, by name. */
  readonly measures: ReadonlySet<string>
  readonly clock: Clock
  /** Real ms that one minute of the incident takes; absent: 1,000. */
  readonly minuteMs?: number
  readonly signal: AbortSignal
  readonly registerUndo: RegisterUndo
  /** Takes back what one fault of this run has changed, by the name that it has in the story. */
  readonly endFault: EndFault
  /** More load from now on, told as facts. It ends with `end`, or with the run's. LOAD_FAILED when it cannot be. */
  surge(surge: Surge): Promise<RunningSurge>
  /** Releases of the proxy's configuration. */
  readonly releases: ReleaseHistory
  /** Who watches over the proxy's configuration; absent: nobody. */
  readonly driftWatcher?: DriftWatcher
}

/** Undefined: no fault of that name was ever in force. Never rejects. */
export type EndFault = (name: string) => Promise<FaultEnd | undefined>

/** How a fault was ended before its time. */
export interface FaultEnd {
  /** Its promises that were kept, newest first. */
  readonly undone: readonly { readonly undo: Undo; readonly why: string }[]
  /** What could not be taken back, in words; empty: nothing. */
  readonly failures: readonly string[]
  /** It had an end of its own, and that is what ended it. */
  readonly byItself: boolean
}

/** Watches over the proxy's configuration. Changes are planned when the pipeline makes them. */
export interface DriftWatcher {
  /** Does a deploy inside a deploy window. */
  planned<T>(deploy: () => Promise<T>): Promise<T>
  /** From now on the configuration is meant to be this one. */
  desire(release: Release): void
  /** What is done about the next change that was not planned. */
  nextAct(): Promise<MeasureAct>
}

/** More load: users in place of those there are, pressure beside what there is. */
export interface Surge {
  /** Open loop: at this rate, and by so many users, at most the load's `pool`; absent: as many as there are. */
  users?: { ratePerS: number; users?: number | undefined } | undefined
  /** Closed loop, in a thread of its own; without a rate as fast as it is answered. */
  pressure?: PressureSurge | undefined
  /** For the journal. */
  because: string
}

export interface PressureSurge {
  connections: number
  ratePerS?: number | undefined
  /** What is asked for; absent: what the pressure of the run asks for, or else its users. */
  mix?: readonly SurgeRequest[] | undefined
}

export interface SurgeRequest {
  path: string
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  weight?: number
  body?: Json | undefined
}

export interface RunningSurge {
  /** Users as they were before, the added pressure away; resolves when its open requests have ended or 2 s are over. */
  end(): Promise<void>
}

/** Which releases there were. */
export interface ReleaseHistory {
  /** What the run began with; undefined: none is on record yet. */
  readonly good: Release | undefined
  /** What was tried last. */
  readonly current: Release | undefined
  /** The one before; undefined: there was none. */
  readonly previous: Release | undefined
  record(release: Release): void
}

/** Who wants to know of a change. */
export interface Hearer {
  /** The change has become live, and nothing has taken it back yet: the witness looks now. */
  onLive?: () => Promise<void>
}

/** What a measure did about a deploy. */
export interface MeasureAct {
  measure: string
  action: MeasureAction
  because: string
  tookMs: number
  evidence: Evidence
}
