import { setTimeout as sleep } from 'node:timers/promises'
import type { UsersSpec } from '../types.ts'
import type { Lane } from '../wire/lane.ts'

/** Below this rate a first connection costs no more than a request's own lag. */
const needlessBelowPerS = 1_000
/** What is due in this time needs a connection each before the first answer can have come. */
const aheadMs = 4
const atOnce = 8
const withinMs = 1_000

/** How many connections a thread opens to each target before its plan begins. */
export function aheadOf(spec: Pick<UsersSpec, 'ratePerS' | 'maxOpen'>, threads: number, targets: number): number {
  if (spec.ratePerS < needlessBelowPerS) return 0
  return Math.ceil(Math.min(spec.ratePerS * (aheadMs / 1_000), spec.maxOpen) / threads / targets)
}

/**
 * Opens connections a few at a time, so that the plan's first moment is none of opening hundreds at once. Gives those
 * that are ready; a target that does not take one is asked for no more.
 */
export async function openAhead(count: number, make: () => Lane): Promise<Lane[]> {
  const ready: Lane[] = []
  const over = new AbortController()
  const late = sleep(withinMs, false, { signal: over.signal }).catch(() => false)
  let isTaken = true
  while (isTaken && ready.length < count) {
    const lanes = Array.from({ length: Math.min(atOnce, count - ready.length) }, make)
    const taken = await Promise.all(lanes.map((lane) => Promise.race([lane.connect(), late])))
    for (const [index, lane] of lanes.entries()) {
      if (taken[index]) ready.push(lane)
      else lane.close()
    }
    isTaken = taken.every((one) => one)
  }
  over.abort()
  return ready
}
