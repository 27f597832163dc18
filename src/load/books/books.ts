import { Spread } from '../../kit/thresholds/spread.ts'
import type { LoadSample } from '../types.ts'
import { type ClassCode, codeCount, codeOf, countsOf } from './codes.ts'
import { Second } from './seconds.ts'
import type { EndedPart, SecondPart, SharedBooks } from './wire.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')
const bytesPerClass = 2
const mostOddities = 8

/** What became of every request of a thread: by number, by second and by class. The one place where load is counted. */
export class Books {
  /** Requests of this thread. */
  planned = 0
  private readonly source: LoadSample['source']
  private readonly users: number
  private readonly shared: SharedBooks
  private readonly classes: Uint16Array
  private readonly tellOf: (part: SecondPart) => void
  private readonly thread: number
  private readonly counts = new Uint32Array(codeCount)
  private readonly byClass = new Map<ClassCode, Spread>()
  private readonly lag = new Spread()
  private readonly troubles = new Map<string, number>()
  private readonly oddities = new Map<string, number>()
  private repeats = 0
  private readonly spare: Second[] = []
  private beginMs = 0
  private current: Second
  private loop = performance.eventLoopUtilization()

  constructor(
    source: LoadSample['source'],
    users: number,
    shared: SharedBooks,
    tell: (part: SecondPart) => void,
    thread = 0,
  ) {
    this.source = source
    this.users = users
    this.shared = shared
    this.classes = new Uint16Array(shared.classes)
    this.tellOf = tell
    this.thread = thread
    this.current = new Second(users)
  }

  /** Begins the first second at this instant of `performance.now()`. */
  start(nowMs: number): void {
    this.beginMs = performance.timeOrigin + nowMs
    this.loop = performance.eventLoopUtilization()
  }

  /** The plan has come to this second (counted from the start); those before it take no more requests. */
  advance(index: number): void {
    while (this.current.index < index) {
      const next = this.spare.pop() ?? new Second(this.users)
      next.restart(this.current.index + 1)
      this.pass()
      this.current = next
    }
  }

  /** Every request before this number has been planned, by this thread or another. */
  reach(k: number): void {
    this.shared.reached[this.thread] = k
  }

  /** The request `k` is planned, in the current second. */
  begin(k: number, user: number): Second {
    if (k * bytesPerClass >= this.shared.classes.byteLength) this.grow(k)
    this.planned += 1
    this.reach(k + 1)
    this.current.begin(user)
    return this.current
  }

  lagged(second: Second, ms: number): void {
    second.lag.record(ms)
  }

  /** The request `k` has ended in this class. Latency counts from the intended sending, ms. */
  end(second: Second, k: number, user: number, code: ClassCode, intendedMs: number, latencyMs: number): void {
    this.classes[k] = code
    this.counts[code] = (this.counts[code] ?? 0) + 1
    if (code !== notSent && code !== inFlight) {
      let spread = this.byClass.get(code)
      if (!spread) {
        spread = new Spread()
        this.byClass.set(code, spread)
      }
      spread.record(latencyMs)
    }
    second.end(code, user, intendedMs, latencyMs)
    if (second.passed && second.open === 0) this.tell(second)
  }

  /** The generator itself ran out of something, by its system error code. */
  troubled(code: string): void {
    this.troubles.set(code, (this.troubles.get(code) ?? 0) + 1)
  }

  /** A request was sent once more, since the server had closed the idle connection before it read it. */
  repeated(): void {
    this.repeats += 1
  }

  /** Something was answered that is no HTTP, or TLS was not made; of the reasons only the first few are kept apart. */
  odd(reason: string): void {
    const kept = this.oddities.has(reason) || this.oddities.size < mostOddities ? reason : 'others'
    this.oddities.set(kept, (this.oddities.get(kept) ?? 0) + 1)
  }

  /** The plan is over: the last second takes no more requests either. */
  close(): void {
    this.pass()
  }

  /** `sentOverMs`: how long sending took. All requests must have ended. */
  ended(sentOverMs: number, scheduled: boolean): EndedPart {
    return {
      reached: this.shared.reached[this.thread] ?? 0,
      counts: countsOf(this.counts),
      byClass: [...this.byClass].map(([code, spread]) => [code, spread.data()]),
      lag: scheduled ? this.lag.data() : null,
      sentOverMs,
      troubles: [...this.troubles],
      repeated: this.repeats,
      oddities: [...this.oddities],
    }
  }

  private pass(): void {
    const second = this.current
    const since = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(since, this.loop)
    this.loop = since
    second.loopUtilisation = Number.isFinite(utilization) ? Math.round(utilization * 1e3) / 1e3 : 0
    second.passed = true
    if (second.lag.count > 0) this.lag.add(second.lag)
    if (second.open === 0) this.tell(second)
  }

  private tell(second: Second): void {
    this.tellOf(second.part(this.source, this.beginMs))
    this.spare.push(second)
  }

  /** Another thread may be growing it at the same time: what it has made larger cannot be made smaller again. */
  private grow(k: number): void {
    const { classes } = this.shared
    const needed = Math.min((k + 1) * bytesPerClass * 2, classes.maxByteLength)
    try {
      classes.grow(needed)
    } catch (thrown) {
      if (classes.byteLength < needed) throw thrown
    }
  }
}
