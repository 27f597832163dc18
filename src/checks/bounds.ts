import { type Answer, fail, inconclusive, pass } from './check.ts'
import type { Reading } from './reading.ts'

/** What a figure may be; undefined: no bound on that side. */
export interface Bounds {
  atLeast?: number | undefined
  atMost?: number | undefined
}

/** `at least 60.0 s and at most 80.0 s`. */
export function showBounds({ atLeast, atMost }: Bounds, show: (value: number) => string): string {
  if (atLeast === undefined && atMost === undefined) return 'as the report says'
  const least = atLeast === undefined ? '' : `at least ${show(atLeast)}`
  const most = atMost === undefined ? '' : `at most ${show(atMost)}`
  return [least, most].filter(Boolean).join(' and ')
}

/** How much more or less a figure is by what the harness itself took: so much is not the system's. */
export interface Own {
  readonly over: number
  readonly under: number
  readonly show: (value: number) => string
}

/**
 * A figure inside its bounds. While an outage is still open its figures can only grow: under the limit says nothing.
 * Beyond a bound by no more than what the harness itself took says nothing either.
 */
export function judgeBounds(reading: Reading, value: number, bounds: Bounds, because: string, own?: Own): Answer {
  const { atLeast, atMost } = bounds
  const facts = reading.outages.flatMap((outage) => outage.facts)
  if (atLeast === undefined && atMost === undefined) return inconclusive(`${because}; the check names no bound`, facts)
  if (atMost !== undefined && value > atMost) {
    const told = own && own.over > 0 ? `, ${own.show(own.over)} of it by what the harness itself took` : ''
    return (own && value - own.over <= atMost ? inconclusive : fail)(`${because}: more than allowed${told}`, facts)
  }
  const isOpen = reading.outages.some((outage) => outage.recoveredT === null)
  if (isOpen && (atMost !== undefined || value < (atLeast ?? 0))) {
    return inconclusive(`${because}, and service had not held again when the load ended`, facts)
  }
  if (atLeast !== undefined && value < atLeast) {
    const told = own && own.under > 0 ? `; the harness took ${own.show(own.under)} to begin it` : ''
    const isOwn = own !== undefined && own.under > 0 && value + own.under >= atLeast
    return (isOwn ? inconclusive : fail)(`${because}: less than expected${told}`, facts)
  }
  return pass(because, facts)
}
