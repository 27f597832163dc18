import type { LatencySummary } from '../kit/ledger.ts'
import type { ClassCode } from './codes.ts'
import type { LoadSample, LoadSummary } from './types.ts'

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
  target: string
  host: string | undefined
  idPrefix: string
  forMs: number | undefined
  shared: SharedBooks
}

/** Main → worker: plan no more, wait at most this long for what is open. */
export interface StopMessage {
  kind: 'stop'
  drainMs: number
}

export interface EndedMessage {
  kind: 'ended'
  summary: Pick<LoadSummary, 'planned' | 'ledger' | 'latencyMs' | 'scheduleLagMs' | 'achievedRate'> & {
    latencyByCode: [ClassCode, LatencySummary][]
    trouble?: string
  }
}

/** Worker → main. */
export type WorkerMessage = { kind: 'started' } | { kind: 'sample'; sample: LoadSample } | EndedMessage
