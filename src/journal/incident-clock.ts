import { type ClockScale, clockText, minuteOf } from '../kit/clock-time.ts'
import { type Fact, factsOf } from './facts.ts'

/** One time that the incident's clock stood still; instants are monotonic ms since the run started. */
export interface Standing {
  readonly fromT: number
  readonly toT: number
  /** What it showed meanwhile: ms since the story's first moment, at the run's scale. */
  readonly incidentMs: number
  readonly because: string
}

/**
 * The incident's own clock. It goes as fast as the run's time scale says, but never past the time of the next step
 * before that step is entered: where the harness takes longer it stands, and goes on from there.
 */
export interface IncidentClock {
  /** Monotonic ms of the story's first moment; null when the story never began. */
  readonly storyT: number | null
  /** Shorter ones than a timer may be late are not among them. */
  readonly standing: readonly Standing[]
  /** What it shows, in ms since the story's first moment, at the run's scale: `dueMs` of a step is the same. */
  msAt(t: number): number
  /** Minutes after midnight on the incident's clock, with fractions. */
  minuteAt(t: number): number
  /** The first instant at which it shows so many. */
  tAt(minute: number): number
  /** `14:52` on the incident's clock. */
  clockAt(t: number): string
  /** Minutes of the incident between two instants. */
  minutesBetween(fromT: number, toT: number): number
  /** How long it stood between two instants, ms here. */
  stoodMs(fromT: number, toT: number): number
  /** Seconds here since the story began; negative before it. */
  secondsAt(t: number): number
}

/** A time in which the clock goes, or stands. */
interface Stretch {
  fromT: number
  toT: number
  /** What it shows at its begin. */
  fromMs: number
  runs: boolean
  because: string
}

export interface ClockParts {
  readonly scale: ClockScale
  /** Monotonic ms of the story's first moment; null when it has not begun. */
  readonly storyT: number | null
  /** Stands for that moment as long as there is none. */
  readonly fallbackT: number
  /** Empty in journals that were written before there was such a clock: it went with the run's, then. */
  readonly sets: readonly ClockSet[]
}
export type ClockSet = Pick<Extract<Fact, { kind: 'clock-set' }>, 't' | 'incidentMs' | 'runs' | 'because'>

/** A timer may fire a hair early, ms: a step due at 15:10 shall not read 15:09. */
const earlyMs = 20
/** A timer may be so late, ms: that the clock stood so long says nothing. */
const timerMs = 50

/** The incident's clock as a journal has it. */
export function incidentClockOf(facts: readonly Fact[], scale: ClockScale): IncidentClock {
  const story = factsOf(facts, 'phase-entered').find((fact) => fact.phase === 'story')
  return incidentClock({
    scale,
    storyT: story?.t ?? null,
    fallbackT: facts.at(-1)?.t ?? 0,
    sets: factsOf(facts, 'clock-set'),
  })
}

/** The same from its parts, for whoever has no whole journal. Pure. */
export function incidentClock({ scale, storyT, fallbackT, sets }: ClockParts): IncidentClock {
  const origin = storyT ?? fallbackT
  const stretches = stretchesOf(sets, origin)
  const msAt = (t: number) => shownAt(stretches, t)
  const start = minuteOf(scale.clockStart)
  const standing = stretches
    .filter(({ runs, fromT, toT }) => !runs && toT - fromT > timerMs)
    .map(({ fromT, toT, fromMs, because }) => ({ fromT, toT, incidentMs: fromMs, because }))
  return {
    storyT,
    standing,
    msAt,
    minuteAt: (t) => start + msAt(t) / scale.incidentMinuteMs,
    tAt: (minute) => firstAt(stretches, (minute - start) * scale.incidentMinuteMs),
    clockAt: (t) => clockText(start + (msAt(t) + earlyMs) / scale.incidentMinuteMs),
    minutesBetween: (fromT, toT) => (msAt(toT) - msAt(fromT)) / scale.incidentMinuteMs,
    stoodMs: (fromT, toT) => standing.reduce((sum, span) => sum + overlapMs(span, { fromT, toT }), 0),
    secondsAt: (t) => (t - origin) / 1_000,
  }
}

/** For how long two spans are on at once, ms. */
export function overlapMs(one: { fromT: number; toT: number }, other: { fromT: number; toT: number }): number {
  return Math.max(0, Math.min(one.toT, other.toT) - Math.max(one.fromT, other.fromT))
}

const nothing: Stretch = { fromT: 0, toT: Infinity, fromMs: 0, runs: true, because: '' }

/** Between two words the clock goes until it shows what the second says, and stands then: words come a little late. */
function stretchesOf(sets: readonly ClockSet[], originT: number): Stretch[] {
  const [first] = sets
  if (!first) return [{ ...nothing, fromT: originT }]
  const stretches: Stretch[] = []
  for (const [index, { t, incidentMs, runs, because }] of sets.entries()) {
    const next = sets[index + 1]
    const toT = next?.t ?? Infinity
    const standsT = runs ? Math.min(toT, t + Math.max(0, (next?.incidentMs ?? Infinity) - incidentMs)) : t
    if (standsT > t) stretches.push({ fromT: t, toT: standsT, fromMs: incidentMs, runs: true, because })
    if (standsT >= toT) continue
    // Said now, or with the next word, which may come as late as the one that it goes on.
    const why = runs ? (next?.runs === false ? next.because : '') : because
    const before = stretches.at(-1)
    const fromMs = runs ? Math.max(incidentMs, next?.incidentMs ?? incidentMs) : incidentMs
    const isSame = before && !before.runs && before.fromMs === fromMs
    if (isSame) Object.assign(before, { toT, because: why || before.because })
    else stretches.push({ fromT: standsT, toT, fromMs, runs: false, because: why })
  }
  return stretches
}

/** Before the first word it goes too: the steady state is shown by the same clock. */
function shownAt(stretches: readonly Stretch[], t: number): number {
  const { fromT, fromMs, runs } = stretches.findLast((one) => one.fromT <= t) ?? stretches[0] ?? nothing
  return runs ? fromMs + t - fromT : fromMs
}

function firstAt(stretches: readonly Stretch[], incidentMs: number): number {
  const shows = ({ fromT, toT, fromMs, runs }: Stretch) => (runs ? fromMs + toT - fromT : fromMs)
  const { fromT, fromMs } = stretches.find((one) => shows(one) >= incidentMs) ?? stretches.at(-1) ?? nothing
  return fromT + incidentMs - fromMs
}
