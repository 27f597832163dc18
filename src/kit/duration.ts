import { z } from 'zod'

const unitsInMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const
const shape = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/

/** The longest duration there may be, in ms: beyond 2^31−1 ms a Node timer fires at once. */
export const longestMs = 24 * unitsInMs.h

/** Milliseconds of `'10s'`, `'250ms'`, `'1.5m'`; undefined when the text is no duration. */
export function durationMs(text: string): number | undefined {
  const match = shape.exec(text)
  if (!match?.[1] || !match[2]) return undefined
  const ms = Number(match[1]) * unitsInMs[match[2] as keyof typeof unitsInMs]
  return ms <= longestMs ? ms : undefined
}

const howTo = 'write a number and ms, s, m or h, at most 24h'

/**
 * A duration in a scenario or an option: text with a unit, read as milliseconds. A number is that already, as a plan
 * keeps it.
 */
export const duration = z.union([z.string(), z.number()], `no duration: ${howTo}`).transform((given, context) => {
  const ms = typeof given === 'number' ? (given >= 0 && given <= longestMs ? given : undefined) : durationMs(given)
  if (ms !== undefined) return ms
  context.addIssue({ code: 'custom', message: `'${given}' is no duration: ${howTo}` })
  return z.NEVER
})

/** One in which something is to happen, or to be seen: not none at all. */
export const lasting = duration.refine((ms) => ms > 0, 'is no time at all: write e.g. 10s')

/** A duration for people: `850 ms`, `12.3 s`, `4 min 05 s`. */
export function showMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}
