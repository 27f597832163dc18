import hdr, { decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'
import type { LatencySummary } from '../ledger.ts'

/** Resolution 10 µs: what a millisecond is divided into. */
const ticksPerMs = 100
/** Beyond 2^31 ticks (six hours) the buckets' arithmetic would wrap. */
const mostTicks = 2 ** 31 - 1
/** One minute; the histogram grows by itself when something took longer. */
const firstReachTicks = 60_000 * ticksPerMs

/** A spread as one thread gives it to another. */
export interface SpreadData {
  /** Of HdrHistogram, its format V2; empty when nothing was recorded. */
  encoded: string
  maxMs: number
}

/** So many took so long. */
export interface Bucket {
  readonly ms: number
  readonly count: number
}

/** Durations in milliseconds as an HDR histogram of three digits; minimum and maximum are exact. */
export class Spread {
  private readonly histogram: Histogram = hdr.build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: firstReachTicks,
    numberOfSignificantValueDigits: 3,
    autoResize: true,
  })
  private maxMs = 0

  get count(): number {
    return this.histogram.totalCount
  }

  record(ms: number): void {
    const ticks = Math.round(ms * ticksPerMs)
    this.histogram.recordValue(Math.max(0, Math.min(ticks, mostTicks)))
    if (ms > this.maxMs) this.maxMs = ms
  }

  /** All of these in one. */
  static of(parts: readonly SpreadData[]): Spread {
    const all = new Spread()
    for (const { encoded, maxMs } of parts) {
      if (encoded === '') continue
      all.histogram.add(decodeFromCompressedBase64(encoded))
      all.maxMs = Math.max(all.maxMs, maxMs)
    }
    return all
  }

  data(): SpreadData {
    return { encoded: this.count === 0 ? '' : encodeIntoCompressedBase64(this.histogram), maxMs: this.maxMs }
  }

  add(other: Spread): void {
    this.histogram.add(other.histogram)
    if (other.maxMs > this.maxMs) this.maxMs = other.maxMs
  }

  reset(): void {
    this.histogram.reset()
    this.maxMs = 0
  }

  get max(): number {
    return round(this.maxMs)
  }

  /** The duration in ms that `percent` of 100 did not exceed; 0 when nothing was recorded. */
  at(percent: number): number {
    if (this.count === 0) return 0
    return round(Math.min(this.histogram.getValueAtPercentile(percent) / ticksPerMs, this.maxMs))
  }

  /** How many took how long, ms, the shortest first. */
  buckets(): Bucket[] {
    // Whoever builds one is given this class; the library's type hides it.
    if (!(this.histogram instanceof hdr.JsHistogram)) throw new TypeError('a histogram that cannot be walked')
    const values = this.histogram.recordedValuesIterator
    const found: Bucket[] = []
    values.reset()
    while (values.hasNext()) {
      const { valueIteratedTo, countAtValueIteratedTo: count } = values.next()
      found.push({ ms: round(Math.min(valueIteratedTo / ticksPerMs, this.maxMs)), count })
    }
    return found
  }

  summary(): LatencySummary {
    if (this.count === 0) return null
    return {
      p50: this.at(50),
      p75: this.at(75),
      p90: this.at(90),
      p95: this.at(95),
      p99: this.at(99),
      p999: this.at(99.9),
      max: this.max,
    }
  }
}

function round(ms: number): number {
  return Math.round(ms * ticksPerMs) / ticksPerMs
}
