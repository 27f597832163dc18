import { type ClassCode, codeCount, codeOf, ledgerOf } from './codes.ts'
import { Second } from './seconds.ts'
import { Spread } from './spread.ts'
import type { LoadSample } from './types.ts'
import type { EndedMessage, SharedBooks } from './wire.ts'

const notSent = codeOf('not_sent')
const inFlight = codeOf('in_flight_at_end')
const bytesPerClass = 2
const mostOddities = 8

/** What became of every request: by number, by second and by class. The one place where load is counted. */
export class Books {
  planned = 0
  private readonly source: LoadSample['source']
  private readonly users: number
  private readonly shared: SharedBooks
  private readonly classes: Uint16Array
  private readonly onSample: (sample: LoadSample) => void
  private readonly counts = new Uint32Array(codeCount)
  private readonly byClass = new Map<ClassCode, Spread>()
  private readonly lag = new Spread()
  private readonly troubles = new Map<string, number>()
  private readonly oddities = new Map<string, number>()
  private repeats = 0
  private readonly spare: Second[] = []
  private epochMs = 0
  private current: Second
  private loop = performance.eventLoopUtilization()

  constructor(source: LoadSample['source'], users: number, shared: SharedBooks, tell: (sample: LoadSample) => void) {
    this.source = source
    this.users = users
    this.shared = shared
    this.classes = new Uint16Array(shared.classes)
    this.onSample = tell
    this.current = new Second(users)
  }

  /** Begins the first second at this instant of `performance.now()`. */
  start(nowMs: number): void {
    this.epochMs = performance.timeOrigin + nowMs
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

  /** One more request is planned, in the current second. Its number is `planned` before this call. */
  begin(user: number): Second {
    if (this.planned * bytesPerClass >= this.shared.classes.byteLength) this.grow()
    this.planned += 1
    this.shared.planned[0] = this.planned
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
  summary(sentOverMs: number, scheduled: boolean): EndedMessage['summary'] {
    const latency = new Spread()
    for (const spread of this.byClass.values()) latency.add(spread)
    const trouble = [...this.troubles].map(([code, count]) => `${code} × ${count}`).join(', ')
    const sent = this.planned - (this.counts[notSent] ?? 0)
    return {
      planned: this.planned,
      ledger: ledgerOf(this.counts),
      latencyMs: latency.summary(),
      latencyByCode: [...this.byClass].map(([code, spread]) => [code, spread.summary()]),
      scheduleLagMs: scheduled ? { p50: this.lag.at(50), p99: this.lag.at(99), max: this.lag.max } : null,
      achievedRate: sentOverMs > 0 ? Math.round((sent / sentOverMs) * 1e6) / 1e3 : 0,
      ...(trouble ? { trouble } : {}),
      ...(this.repeats > 0 ? { repeated: this.repeats } : {}),
      ...(this.oddities.size > 0 ? { oddities: [...this.oddities] } : {}),
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
    this.onSample(second.sample(this.source, this.epochMs))
    this.spare.push(second)
  }

  private grow(): void {
    const { classes } = this.shared
    classes.grow(Math.min(classes.byteLength * 2, classes.maxByteLength))
  }
}
