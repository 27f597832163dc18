import type { Clock } from '../kit/clock.ts'
import type { Evidence } from '../kit/json.ts'
import type { PromiseUndo } from '../kit/undo.ts'
import type { FileContent, Stack } from './types.ts'

/** What a fault or a remedy works with. */
export interface Scene {
  readonly stack: Stack
  /** Preventive measures that are switched on, by name. */
  readonly measures: ReadonlySet<string>
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly promise: PromiseUndo
  /** To be called when a change has become live, before anything takes it back: the witness looks now. */
  live(): Promise<void>
  /** Releases of the proxy's configuration in the order they were tried, the first one is what the run began with. */
  readonly releases: Release[]
}

/** A configuration of the proxy: every file of it. */
export interface Release {
  name: string
  hash: string
  files: readonly FileContent[]
}

/** What a measure did about a deploy. */
export interface MeasureAct {
  measure: string
  action: 'passed' | 'rejected' | 'rolled-back' | 'kept-off' | 'switched'
  because: string
  tookMs: number
  evidence: Evidence
}
