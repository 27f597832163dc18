import type { LatencySummary } from '../kit/ledger.ts'
import type { ClassCode } from './codes.ts'
import type { LoadChange, LoadOptions, LoadSample, LoadSummary, TargetSpec } from './types.ts'

/** Memory that both threads see, so that what was counted survives the death of the worker. */
export interface SharedBooks {
  /** One number: how many requests have been planned. */
  planned: Float64Array
  /** Two bytes a request, by its number: its class code. Grows. */
  classes: SharedArrayBuffer
}

/** What a worker is started with. */
export interface Setup<Spec> {
  spec: Spec
  targets: readonly TargetSpec[]
  env: LoadOptions['env']
  idPrefix: string
  forMs: number | undefined
  shared: SharedBooks
}

/** Main → worker: plan no more, wait at most this long for what is open. */
export interface StopMessage {
  kind: 'stop'
  drainMs: number
}

/** Main → worker: from now on so many requests per second, by so many users; answered by `changed` with the number. */
export interface ChangeMessage {
  kind: 'change'
  number: number
  ratePerS: number
  users: number | undefined
}

export interface ChangedMessage {
  kind: 'changed'
  number: number
  change: LoadChange
}

export interface EndedMessage {
  kind: 'ended'
  summary: Pick<LoadSummary, 'planned' | 'ledger' | 'latencyMs' | 'scheduleLagMs' | 'achievedRate'> & {
    latencyByCode: [ClassCode, LatencySummary][]
    trouble?: string
    repeated?: number
    oddities?: [string, number][]
  }
}

/** Worker → main. */
export type WorkerMessage = { kind: 'started' } | { kind: 'sample'; sample: LoadSample } | ChangedMessage | EndedMessage
