import {
  type Fact,
  type FactOf,
  factsOf,
  type IncidentClock,
  overlapMs,
  type PlannedStep,
} from '../../journal/index.ts'
import type { Outage } from './outages.ts'
import { stepSpan } from './steps.ts'

interface Span {
  readonly fromT: number
  readonly toT: number
}

/** What of an outage is the harness's own doing: how long its deeds and its waiting took. Ms here. */
export interface OwnTime {
  /** While the incident's clock stood for the harness: no minute of the incident. */
  readonly stood: readonly Span[]
  /** The remedy that ended it, and the minutes that went by meanwhile. */
  readonly deed: Span | null
  readonly deedMinutes: number
  /** Minutes for which the clock stood because the system kept the story waiting: they count. */
  readonly keptMinutes: number
  /** Minutes that the outage began later because a fault took so long to be put in force. */
  readonly lateMinutes: number
  readonly lateMs: number
}

/** What is needed of a reading. */
export interface Timed {
  readonly facts: readonly Fact[]
  readonly plan: {
    readonly story: readonly Pick<PlannedStep, 'step' | 'does'>[]
    readonly incidentMinuteMs: number
  }
  readonly incident: IncidentClock
}

/**
 * An outage that a remedy of the story ended is as long as the story makes it: what the remedy itself took, and what
 * the harness took for steps before it, is not the system's. One that was over within the step that began it, or that
 * nobody had begun to mend, owes nothing to the harness.
 */
export function ownTimeOf(timed: Timed, outage: Outage): OwnTime {
  const { facts, plan, incident } = timed
  const kept = incident.standing.filter(({ fromT }) => isKept(timed, fromT))
  const minutes = (spans: readonly Span[]) => spans.reduce((ms, span) => ms + overlapMs(span, outage), 0)
  const keptMinutes = minutes(kept) / plan.incidentMinuteMs
  const begun = lastBefore(factsOf(facts, 'fault-injected'), outage.fromT)
  const late = begun && { fromT: begun.startedT, toT: Math.min(begun.t, outage.fromT) }
  const lateness = {
    lateMs: late ? late.toT - late.fromT : 0,
    lateMinutes: late ? incident.minutesBetween(late.fromT, late.toT) : 0,
  }
  const last = lastBefore(factsOf(facts, 'remedy-applied'), outage.toT)
  if (!last || last.startedT < outage.fromT) {
    return { stood: [], deed: null, deedMinutes: 0, keptMinutes, ...lateness }
  }
  const stood = incident.standing.filter((span) => !kept.includes(span) && overlapMs(span, outage) > 0)
  const deed = { fromT: last.startedT, toT: Math.min(last.t, outage.toT) }
  return { stood, deed, deedMinutes: incident.minutesBetween(deed.fromT, deed.toT), keptMinutes, ...lateness }
}

/** The harness's own time in an outage, ms here: each moment once. */
export function ownMs({ stood, deed }: OwnTime, outage: Span): number {
  const outside = stood.reduce((ms, span) => ms + overlapMs(span, outage) - (deed ? overlapMs(span, deed) : 0), 0)
  return outside + (deed ? overlapMs(deed, outage) : 0)
}

/** Did an instant lie in the harness's own time? */
export function isOwn({ stood, deed }: OwnTime, { fromT, toT }: Span): boolean {
  return [...stood, ...(deed ? [deed] : [])].some((span) => overlapMs(span, { fromT, toT }) > 0)
}

function lastBefore<F extends FactOf<'fault-injected' | 'remedy-applied'>>(facts: readonly F[], t: number) {
  return facts.findLast(({ startedT }) => startedT <= t)
}

/** Was the story kept waiting by the system: a recovery, an alert, or a measure that stopped the fault? */
function isKept({ facts, plan }: Timed, t: number): boolean {
  const on = plan.story.find(({ step }) => {
    const span = stepSpan(facts, step)
    return span !== null && span.entered.t <= t && (span.ended?.t ?? Infinity) > t
  })
  if (!on) return false
  if (on.does !== 'fault') return on.does === 'recovered' || on.does === 'alert'
  const injected = stepSpan(facts, on.step)?.during('fault-injected') ?? []
  return injected.some(({ outcome }) => outcome !== 'in-force')
}
