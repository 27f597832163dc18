/** What one minute of the incident may take here at most, ms. */
const slowestMs = 60_000
const stepMs = 100

/**
 * From which scale on something that lasted `hadMs` at `minuteMs` would last `neededMs`: as `--time-scale` takes it, to
 * a tenth of a second. Null: there is none so slow.
 */
export function scaleFrom(neededMs: number, { hadMs, minuteMs }: { hadMs: number; minuteMs: number }): string | null {
  if (hadMs <= 0) return null
  const ms = Math.ceil((neededMs * minuteMs) / hadMs / stepMs) * stepMs
  return ms > slowestMs ? null : `${ms / 1_000}s`
}

/** The same as a sentence's end. */
export function scaleAdvice(neededMs: number, had: { hadMs: number; minuteMs: number }): string {
  const scale = scaleFrom(neededMs, had)
  return scale === null ? 'no --time-scale is slow enough to ask it' : `it can be asked from --time-scale ${scale} on`
}
