import { factsOf, incidentClock } from '../journal/index.ts'
import type { View } from './probe.ts'

/** What the incident's clock showed at a wall instant, `HH:MM`. */
export function clockAtWall({ facts, storyStartWallMs, minuteMs, now, wall }: View, wallMs: number): string {
  const clockStart = factsOf(facts, 'run-started')[0]?.clockStart ?? '00:00'
  const toT = (ms: number) => now() - (wall() - ms)
  const storyT = toT(storyStartWallMs)
  const scale = { clockStart, incidentMinuteMs: minuteMs }
  const sets = factsOf(facts, 'clock-set')
  return incidentClock({ scale, storyT, fallbackT: storyT, sets }).clockAt(toT(wallMs))
}
