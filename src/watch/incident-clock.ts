import { factsOf } from '../journal/facts.ts'
import { clockAfter } from '../kit/clock-time.ts'
import type { View } from './probe.ts'

/** A wall instant on the incident's clock, `HH:MM`. */
export function incidentClock({ facts, storyStartWallMs, minuteMs }: View, wallMs: number): string {
  const clockStart = factsOf(facts, 'run-started')[0]?.clockStart ?? '00:00'
  return clockAfter({ clockStart, incidentMinuteMs: minuteMs }, wallMs - storyStartWallMs)
}
