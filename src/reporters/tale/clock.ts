import { factsOf } from '../../journal/facts.ts'
import type { RunRecord } from '../../journal/record.ts'

/** A timer may fire a hair early: a step due at 15:10 shall not read 15:09. */
const earlyMs = 20

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
export function clockFrom(
  storyT: number | null,
  scale: { clockStart: string; incidentMinuteMs: number; fallbackT: number },
): IncidentClock {
  const start = minuteOf(scale.clockStart)
  const origin = storyT ?? scale.fallbackT
  const minuteAt = (t: number) => start + (t - origin) / scale.incidentMinuteMs
  return {
    storyT,
    minuteAt,
    clockAt: (t) => clockText(minuteAt(t + earlyMs)),
    secondsAt: (t) => (t - origin) / 1_000,
  }
}

/** Minutes after midnight of `HH:MM`; 0 when it is none. */
export function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(':').map(Number)
  const sum = (hours ?? 0) * 60 + (minutes ?? 0)
  return Number.isFinite(sum) ? sum : 0
}

/** `14:52` of minutes after midnight; the clock goes round. */
export function clockText(minute: number): string {
  const whole = ((Math.floor(minute + 1e-6) % 1_440) + 1_440) % 1_440
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`
}
