import type { UsersSpec } from './types.ts'

/** Request number to the ms after the start at which it should leave. Must be asked in rising order of `k`. */
export type Arrivals = (k: number) => number

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
  return (k) => {
    let segment = segments[index]
    while (segment && k >= segment.endK) {
      index += 1
      segment = segments[index]
    }
    if (!segment) return Number.POSITIVE_INFINITY
    const n = k - segment.fromK
    // The root of `rate·t + slope·t²/2 = n` in the form that stays exact when the slope is 0.
    const ms =
      segment.fromMs + (2 * n) / (segment.ratePerMs + Math.sqrt(segment.ratePerMs ** 2 + 2 * segment.slope * n))
    // To the nanosecond: 999 requests at 333/s end at 3,000 ms, not a rounding error before it.
    return Math.round(ms * 1e6) / 1e6
  }
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
