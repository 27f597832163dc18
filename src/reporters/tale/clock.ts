import { factsOf } from '../../journal/facts.ts'
import type { RunRecord } from '../../journal/record.ts'
import { type ClockScale, clockAfter, minuteOf } from '../../kit/clock-time.ts'

/** Translates the run's monotonic time into the incident's clock. */
export interface IncidentClock {
  /** Monotonic ms of the story's first moment; null when the story never began. */
  readonly storyT: number | null
  /** Minutes after midnight on the incident's clock, with fractions. */
  minuteAt(t: number): number
  /** `14:52` on the incident's clock. */
  clockAt(t: number): string
  /** Seconds here since the story began; negative before it. */
  secondsAt(t: number): number
}

export function incidentClock(record: RunRecord): IncidentClock {
  const story = factsOf(record.facts, 'phase-entered').find((fact) => fact.phase === 'story')
  const lastT = record.facts.at(-1)?.t ?? 0
  return clockFrom(story?.t ?? null, { ...record.plan, fallbackT: lastT })
}

/** The clock before the record is complete: `fallbackT` stands for the story's start until it is known. */
export function clockFrom(storyT: number | null, scale: ClockScale & { fallbackT: number }): IncidentClock {
  const start = minuteOf(scale.clockStart)
  const origin = storyT ?? scale.fallbackT
  const minuteAt = (t: number) => start + (t - origin) / scale.incidentMinuteMs
  return {
    storyT,
    minuteAt,
    clockAt: (t) => clockAfter(scale, t - origin),
    secondsAt: (t) => (t - origin) / 1_000,
  }
}
