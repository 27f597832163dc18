import type { Ledger } from '../kit/ledger.ts'
import { type ClassCode, codeCount, codeOf, isServedCode, ledgerOf } from './codes.ts'
import { Spread } from './spread.ts'
import type { LoadSample } from './types.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')

/** A second of intended sending, being counted. */
export class Second {
  index = 0
  planned = 0
  open = 0
  /** The plan has left this second: nothing is added to it any more. */
  passed = false
  loopUtilisation = 0
  readonly latency = new Spread()
  readonly lag = new Spread()
  private readonly counts = new Uint32Array(codeCount)
  private readonly active: Uint8Array
  private readonly failed: Uint8Array
  private readonly bounds = { firstFailed: -1, lastFailed: -1, firstServed: -1, lastServed: -1 }

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
    this.latency.reset()
    this.lag.reset()
    this.counts.fill(0)
    this.active.fill(0)
    this.failed.fill(0)
    for (const name of ['firstFailed', 'lastFailed', 'firstServed', 'lastServed'] as const) this.bounds[name] = -1
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
    }
  }

  get ledger(): Ledger {
    return ledgerOf(this.counts)
  }

  /** The sample of a second whose requests have all ended; `startMs` is the epoch ms of the plan's begin. */
  sample(source: LoadSample['source'], startMs: number): LoadSample {
    const at = (ms: number) => (ms < 0 ? null : startMs + ms)
    return {
      source,
      fromMs: startMs + this.index * 1_000,
      planned: this.planned,
      ledger: this.ledger,
      latencyMs: this.latency.summary(),
      firstFailedMs: at(this.bounds.firstFailed),
      lastFailedMs: at(this.bounds.lastFailed),
      firstServedMs: at(this.bounds.firstServed),
      lastServedMs: at(this.bounds.lastServed),
      usersActive: marked(this.active),
      usersFailed: marked(this.failed),
      scheduleLagP99Ms: source === 'users' && this.lag.count > 0 ? this.lag.at(99) : null,
      loopUtilisation: this.loopUtilisation,
    }
  }
}

function marked(flags: Uint8Array): number[] {
  const users: number[] = []
  for (let user = 0; user < flags.length; user += 1) if (flags[user]) users.push(user)
  return users
}
