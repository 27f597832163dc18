import { z } from 'zod'

const dayMinutes = 24 * 60
/** `HH:MM` of one day. */
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'no clock time: write HH:MM')

/** Minutes after midnight of `14:30`; NaN when it is no clock time. */
export function minuteOf(clock: string): number {
  if (!clockTime.safeParse(clock).success) return Number.NaN
  const [hours = 0, minutes = 0] = clock.split(':').map(Number)
  return hours * 60 + minutes
}

/** Minutes from one clock time to a later one on the same day; NaN when one of them is none. */
export function minutesBetween(from: string, to: string): number {
  return minuteOf(to) - minuteOf(from)
}

/** `14:52` of minutes after midnight; the clock goes round. */
export function clockText(minute: number): string {
  const whole = ((Math.floor(minute + 1e-6) % dayMinutes) + dayMinutes) % dayMinutes
  return [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, '0')).join(':')
}

/** An incident's clock shows `clockStart` when its story begins, and goes a minute on in `incidentMinuteMs`. */
export interface ClockScale {
  readonly clockStart: string
  readonly incidentMinuteMs: number
}
