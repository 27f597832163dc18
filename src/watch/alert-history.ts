import type { Series } from '../stack/index.ts'

/** Half a step more than a step: later values of a series do not follow. */
const slack = 1.5

/**
 * Wall ms of the first evaluation at which an alert with this expression and `for` would have fired; null: at none. As
 * Prometheus does it: a series must have a value at every evaluation for so long.
 */
export function firstFiring(
  series: readonly Series[],
  { forMs, stepMs }: { forMs: number; stepMs: number },
): number | null {
  const fired = series.flatMap(({ values }) => {
    let sinceMs: number | undefined
    let lastMs = Number.NEGATIVE_INFINITY
    for (const [seconds] of values) {
      const ms = Math.round(seconds * 1_000)
      if (sinceMs === undefined || ms - lastMs > stepMs * slack) sinceMs = ms
      lastMs = ms
      if (ms - sinceMs >= forMs) return [ms]
    }
    return []
  })
  return fired.length === 0 ? null : Math.min(...fired)
}
