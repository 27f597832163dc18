import { Spread } from '../../kit/thresholds/spread.ts'
import type { LoadSample } from '../types.ts'
import { type ClassCode, codeCount, codeOf, countsOf, isServedCode } from './codes.ts'
import type { SecondPart } from './wire.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')

const boundNames = ['firstFailed', 'lastFailed', 'failedUntil', 'firstServed', 'lastServed'] as const

/** A second of intended sending, being counted. */
export class Second {
  index = 0
  planned = 0
  open = 0
  /** The plan has left this second: nothing is added to it any more. */
  passed = false
  loopUtilisation = 0
  /** Requests that would change something, and those of them that did not end well. */
  writes = { sent: 0, failed: 0 }
  readonly latency = new Spread()
  readonly lag = new Spread()
  private readonly counts = new Uint32Array(codeCount)
  private readonly active: Uint8Array
  private readonly failed: Uint8Array
  private readonly bounds = { firstFailed: -1, lastFailed: -1, failedUntil: -1, firstServed: -1, lastServed: -1 }

  constructor(users: number) {
    this.active = new Uint8Array(users)
    this.failed = new Uint8Array(users)
  }

  restart(index: number): void {
    this.index = index
    this.planned = 0
    this.open = 0
    this.passed = false
    this.loopUtilisation = 0
    this.writes = { sent: 0, failed: 0 }
    this.latency.reset()
    this.lag.reset()
    this.counts.fill(0)
    this.active.fill(0)
    this.failed.fill(0)
    for (const name of boundNames) this.bounds[name] = -1
  }

  begin(user: number): void {
    this.planned += 1
    this.open += 1
    this.active[user] = 1
  }

  /** `latencyMs` counts for every request that left and ended, whatever became of it. */
  end(code: ClassCode, user: number, intendedMs: number, latencyMs: number): void {
    this.open -= 1
    this.counts[code] = (this.counts[code] ?? 0) + 1
    if (code !== notSent && code !== inFlight) this.latency.record(latencyMs)
    const bounds = this.bounds
    if (isServedCode(code)) {
      if (bounds.firstServed < 0 || intendedMs < bounds.firstServed) bounds.firstServed = intendedMs
      if (intendedMs > bounds.lastServed) bounds.lastServed = intendedMs
    } else {
      this.failed[user] = 1
      if (bounds.firstFailed < 0 || intendedMs < bounds.firstFailed) bounds.firstFailed = intendedMs
      if (intendedMs > bounds.lastFailed) bounds.lastFailed = intendedMs
      if (intendedMs + latencyMs > bounds.failedUntil) bounds.failedUntil = intendedMs + latencyMs
    }
  }

  /** What this thread has of a second whose requests have all ended; `beginMs` is the epoch ms of the plan's begin. */
  part(source: LoadSample['source'], beginMs: number): SecondPart {
    const at = (ms: number) => (ms < 0 ? null : ms)
    const { firstFailed, lastFailed, failedUntil, firstServed, lastServed } = this.bounds
    return {
      source,
      index: this.index,
      beginMs,
      planned: this.planned,
      counts: countsOf(this.counts),
      latency: this.latency.data(),
      lag: this.lag.data(),
      bounds: {
        firstFailed: at(firstFailed),
        lastFailed: at(lastFailed),
        failedUntil: at(failedUntil),
        firstServed: at(firstServed),
        lastServed: at(lastServed),
      },
      active: marked(this.active),
      failed: marked(this.failed),
      loopUtilisation: this.loopUtilisation,
      writes: this.writes,
    }
  }
}

function marked(flags: Uint8Array): number[] {
  const users: number[] = []
  for (let user = 0; user < flags.length; user += 1) if (flags[user]) users.push(user)
  return users
}
