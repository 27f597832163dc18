import { z } from 'zod'

const isInOrder = ([from, to]: [number, number]) => from <= to
const order = 'is no band: the first number is the lower one'

export const shareBand = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]).refine(isInOrder, order)
export const msBand = z.tuple([z.int().nonnegative(), z.int().nonnegative()]).refine(isInOrder, order)

/** What a figure may be without having changed: from, to. */
export type Band = z.output<typeof msBand>

/** How far a figure strays though nothing has changed, beside what plays differ by: a part of it, at least so much. */
export interface Noise {
  readonly part: number
  readonly least: number
}

/**
 * What is worth a word, ms. Answers: what users notice, as `felt` has it. Good again and told: service is watched by
 * the second, and rules are asked by the second.
 */
export const noises = {
  p95Ms: { part: 0.5, least: 200 },
  goodAgainMs: { part: 0.5, least: 1_000 },
  alertMs: { part: 0.5, least: 2_000 },
} as const satisfies Record<string, Noise>

/** A band of whole tens of milliseconds around what was measured; null: nothing was. */
export function msBandOf(values: readonly number[], { part, least }: Noise): Band | null {
  if (values.length === 0) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const around = (value: number) => Math.max(high - low, value * part, least)
  return [Math.max(0, Math.floor((low - around(low)) / 10) * 10), Math.ceil((high + around(high)) / 10) * 10]
}

/** Of a share that was counted: so many standard deviations of what chance alone does. */
const deviations = 3
/** A share is told to a tenth of a percent. */
const grain = 1_000

/** A band around shares that were counted, each of so many requests. */
export function shareBandOf(plays: readonly { readonly share: number; readonly of: number }[]): Band {
  const shares = plays.map(({ share }) => share)
  const [low, high] = [Math.min(...shares), Math.max(...shares)]
  const of = Math.max(1, Math.min(...plays.map((play) => play.of)))
  // What never happened in n requests may still happen once in n.
  const chance = (share: number) => {
    const likely = Math.min(Math.max(share, 1 / of), 1 - 1 / of)
    return deviations * Math.sqrt((Math.max(0, likely) * (1 - likely)) / of)
  }
  const from = low - Math.max(high - low, chance(low))
  const to = high + Math.max(high - low, chance(high))
  return [Math.floor(Math.max(0, from) * grain) / grain, Math.ceil(Math.min(1, to) * grain) / grain]
}

/** The middle one, of an even number the lower of both: what is red was so in more than half of all plays. */
export function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}
