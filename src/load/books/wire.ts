import type { SpreadData } from '../../kit/thresholds/spread.ts'
import type { LoadChange, LoadOptions, LoadSample, TargetSpec } from '../types.ts'
import type { ClassCode } from './codes.ts'

/** Memory that all threads see, so that what was counted survives the death of one. */
export interface SharedBooks {
  /** For each thread the number of the first request that it has not come to. */
  reached: Float64Array
  /** Two bytes a request, by its number: its class code. Grows. */
  classes: SharedArrayBuffer
  /** One number: when the plan begins, ns of the clock that all threads share; 0 until the first of them says. */
  begin: BigInt64Array
}

/** What a worker is started with. */
export interface Setup<Spec> {
  spec: Spec
  targets: readonly TargetSpec[]
  env: LoadOptions['env']
  idPrefix: string
  forMs: number | undefined
  shared: SharedBooks
  /** Which of so many threads it is: it sends the requests of the users whose number leaves this remainder. */
  thread: number
  threads: number
}

/** Main → worker, each answered by an `AnswerMessage` of its number. */
export type Order =
  /** Begin the plan. */
  | { kind: 'go' }
  /** Send nothing more until the next order; the answer says up to when on the plan nothing more will be sent. */
  | { kind: 'hold' }
  /** From this instant of the plan on, ms, or from now on, so many requests per second, by so many users. */
  | { kind: 'change'; ratePerS: number; users: number | undefined; atMs: number | undefined }

export type OrderMessage = Order & { number: number }

/** Main → worker: the plan ends at this instant of it, or now; wait at most so long for what is open. */
export interface StopMessage {
  kind: 'stop'
  drainMs: number
  untilMs: number | undefined
}

/** Worker → main. */
export type WorkerMessage =
  | { kind: 'ready' }
  | { kind: 'second'; part: SecondPart }
  | { kind: 'answer'; number: number; answer: Answer }
  | { kind: 'ended'; part: EndedPart }

/** An instant of the plan for `hold`, what a change was for `change`. */
export interface Answer {
  atMs?: number
  change?: LoadChange
}

/** One second as one thread has it. */
export interface SecondPart {
  source: LoadSample['source']
  index: number
  /** Epoch ms of the plan's begin. */
  beginMs: number
  planned: number
  counts: [ClassCode, number][]
  latency: SpreadData
  lag: SpreadData
  /** Of intended sending, ms of the plan; null when there was none. */
  bounds: {
    firstFailed: number | null
    lastFailed: number | null
    /** When the last of them was told, and not when it was sent. */
    failedUntil: number | null
    firstServed: number | null
    lastServed: number | null
  }
  active: number[]
  failed: number[]
  loopUtilisation: number
  writes: { sent: number; failed: number }
}

/** A whole load as one thread has it. */
export interface EndedPart {
  /** The number of the first request that was not planned any more. */
  reached: number
  counts: [ClassCode, number][]
  byClass: [ClassCode, SpreadData][]
  /** null: a closed loop has no schedule. */
  lag: SpreadData | null
  /** How long sending took. */
  sentOverMs: number
  troubles: [string, number][]
  repeated: number
  oddities: [string, number][]
}
