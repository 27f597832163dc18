const shape = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const dayMs = 86_400_000
const unitsInMs = [365 * dayMs, 7 * dayMs, dayMs, 3_600_000, 60_000, 1_000, 1] as const

/** Milliseconds of a duration as Prometheus writes it, `1h30m`; undefined when the text is none. */
export function promDurationMs(text: string): number | undefined {
  if (text === '0') return 0
  const match = shape.exec(text)
  if (!match || text === '') return undefined
  return unitsInMs.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0)
}

const names = ['d', 'h', 'm', 's', 'ms'] as const

/** The same for people, as Prometheus writes it: `1m2s`; `0s`. */
export function promShow(ms: number): string {
  let left = Math.round(ms)
  const parts = names.map((name, index) => {
    const unit = unitsInMs[index + 2] ?? 1
    const count = Math.floor(left / unit)
    left -= count * unit
    return count === 0 ? '' : `${count}${name}`
  })
  return parts.join('') || '0s'
}
