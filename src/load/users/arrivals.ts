import type { UsersSpec } from '../types.ts'

/** When requests should leave. */
export interface Arrivals {
  /** Request number to the ms after the start at which it should leave. Must be asked in rising order of `k`. */
  at(k: number): number
  /**
   * From that ms on another rate, and no stages any more. Nothing is lost or sent twice: the request that had come due
   * in part goes on from that part. Gives the number of the first request that follows the new rate.
   */
  change(atMs: number, ratePerS: number): number
}

interface Segment {
  fromMs: number
  fromK: number
  /** The first request that no longer belongs here; need not be whole. */
  endK: number
  ratePerMs: number
  /** Change of the rate per ms. */
  slope: number
}

/** The plan of an open system: a rate that is constant or changes linearly, stage by stage, and then stays. */
export function arrivals(spec: Pick<UsersSpec, 'ratePerS' | 'stages'>): Arrivals {
  const segments = segmentsOf(spec)
  let index = 0
  return {
    at: (k) => {
      let segment = segments[index]
      while (segment && k >= segment.endK) {
        index += 1
        segment = segments[index]
      }
      return segment ? dueIn(segment, k) : Number.POSITIVE_INFINITY
    },
    change: (atMs, ratePerS) => {
      const last = segments.findLastIndex(({ fromMs }) => fromMs <= atMs)
      const before = segments[last]
      const fromK = before ? plannedBy(before, atMs) : 0
      if (before) before.endK = fromK
      const fresh = { fromMs: atMs, fromK, endK: Number.POSITIVE_INFINITY, ratePerMs: ratePerS / 1_000, slope: 0 }
      segments.splice(last + 1, segments.length, fresh)
      index = 0
      return Math.ceil(fromK)
    },
  }
}

function dueIn({ fromMs, fromK, ratePerMs, slope }: Segment, k: number): number {
  const n = k - fromK
  // The root of `rate·t + slope·t²/2 = n` in the form that stays exact when the slope is 0.
  const ms = fromMs + (2 * n) / (ratePerMs + Math.sqrt(ratePerMs ** 2 + 2 * slope * n))
  // To the nanosecond: 999 requests at 333/s end at 3,000 ms, not a rounding error before it.
  return Math.round(ms * 1e6) / 1e6
}

/** How many requests are due by then; need not be whole. */
function plannedBy({ fromMs, fromK, ratePerMs, slope }: Segment, atMs: number): number {
  const t = atMs - fromMs
  return fromK + ratePerMs * t + (slope * t ** 2) / 2
}

function segmentsOf(spec: Pick<UsersSpec, 'ratePerS' | 'stages'>): Segment[] {
  const segments: Segment[] = []
  let fromMs = 0
  let fromK = 0
  let ratePerMs = spec.ratePerS / 1_000
  for (const stage of spec.stages) {
    const target = stage.toRatePerS / 1_000
    if (stage.over > 0) {
      const endK = fromK + ((ratePerMs + target) / 2) * stage.over
      segments.push({ fromMs, fromK, endK, ratePerMs, slope: (target - ratePerMs) / stage.over })
      fromMs += stage.over
      fromK = endK
    }
    ratePerMs = target
  }
  segments.push({ fromMs, fromK, endK: Number.POSITIVE_INFINITY, ratePerMs, slope: 0 })
  return segments
}
