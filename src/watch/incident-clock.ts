import { factsOf } from '../journal/facts.ts'
import type { View } from './probe.ts'

const dayMinutes = 24 * 60

/** A wall instant on the incident's clock, `HH:MM`. */
export function incidentClock({ facts, storyStartWallMs, minuteMs }: View, wallMs: number): string {
  const [run] = factsOf(facts, 'run-started')
  const [hours = 0, minutes = 0] = (run?.clockStart ?? '00:00').split(':').map(Number)
  const passed = Math.floor((wallMs - storyStartWallMs) / minuteMs)
  const minute = (((hours * 60 + minutes + passed) % dayMinutes) + dayMinutes) % dayMinutes
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
