const shape = /^([01]\d|2[0-3]):([0-5]\d)$/

/** Minutes after midnight of `'14:30'`; undefined when it is no clock time. */
export function minuteOf(text: string): number | undefined {
  const match = shape.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined
}

/** Minutes from one clock time to a later one on the same day. */
export function minutesBetween(from: string, to: string): number {
  return (minuteOf(to) ?? Number.NaN) - (minuteOf(from) ?? Number.NaN)
}
