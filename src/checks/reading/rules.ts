import { type Fact, type FactOf, factsOf, type PlanRecord } from '../../journal/index.ts'
import { minutesBetween } from '../../kit/clock-time.ts'
import { inSeconds } from '../../kit/figures.ts'
import { scaleAdvice } from '../../kit/time-scale.ts'
import { watchdog } from './alerts.ts'

type RuleSeen = FactOf<'rule-evidence'>['rules'][number]

/** Why the silence of an alert says nothing, and the facts that say so. */
export interface Doubt {
  readonly because: string
  readonly facts: readonly number[]
}

/** How long an alert had, and what a minute of the incident takes: both in ms. */
export interface Window {
  readonly hadMs: number
  /** The same as it was planned: what deeds take by themselves does not grow with the scale. */
  readonly plannedMs: number
  readonly minuteMs: number
  /** What took so long: `the fault was in force`. */
  readonly what: string
  /** Its silence is asked for: then it needs no more than to be able to fire. */
  readonly silent?: true
}

/**
 * Why it proves nothing that this alert did not fire; null: its rule was loaded, could fire, had something to look at,
 * and time.
 */
export function silenceDoubt(facts: readonly Fact[], alert: string, window: Window): Doubt | null {
  const looks = factsOf(facts, 'rule-evidence')
  const [last] = looks.slice(-1)
  if (!last) return { because: unlooked, facts: [] }
  const doubt = (because: string): Doubt => ({ because, facts: [last.n] })
  const rules = last.rules.filter((rule) => rule.alert === alert)
  if (rules.length === 0) return doubt(`Prometheus has no rule ${alert}`)
  const reasons = rules.map((rule) => deafness(rule) ?? shortness(rule, window))
  const [first] = reasons
  // Of several rules of one name each could have fired.
  if (first !== null && first !== undefined && reasons.every((reason) => reason !== null)) return doubt(first)
  if (last.moment === 'end') return null
  return doubt(`what ${alert} had to look at was not asked for at the end of the story`)
}

/** Why the silence of no alert says anything. */
export const unlooked = 'the samples of the rules of Prometheus were not recorded'

/** Why a rule could not have fired, whatever happened; null: it could. */
export function deafness({ alert, health, lastError, never, missing, samples }: RuleSeen): string | null {
  if (health === 'err') return `${alert} cannot be evaluated: ${lastError}`
  if (never !== null) return `${alert} can never fire: ${never}`
  if (missing.length > 0) return `${alert} had nothing to look at: no series of ${missing.join(', ')}`
  if (samples === 0) return `${alert} had nothing to compare: its expression had no result at any time`
  return null
}

function shortness({ alert, forMs, reachMs, wholeMs }: RuleSeen, window: Window): string | null {
  const { hadMs, what } = window
  if (hadMs >= (window.silent ? wholeMs - reachMs : wholeMs)) return null
  const needed = `for ${inSeconds(forMs)}, looking ${inSeconds(reachMs)} back`
  const { plannedMs, minuteMs } = window
  const advice = scaleAdvice(wholeMs, { hadMs: Math.min(plannedMs, hadMs), minuteMs })
  return `${alert} needs ${inSeconds(wholeMs)} (${needed}), and ${what} ${inSeconds(hadMs)}: ${advice}`
}

/** How long the fault, or what became of it, was there to be noticed. */
export function faultWindow(reading: {
  readonly facts: readonly Fact[]
  readonly faultT: number | null
  readonly storyToT: number
  readonly outage: { readonly toT: number | null }
  readonly plan: Pick<PlanRecord, 'incidentMinuteMs' | 'story' | 'clockStart' | 'clockEnd'>
}): Window {
  const { facts, faultT, storyToT, outage, plan } = reading
  const injected = factsOf(facts, 'fault-injected').filter(({ outcome }) => outcome === 'in-force')
  const undone = factsOf(facts, 'fault-undone').filter(({ t }) => t <= storyToT)
  const isOver = injected.every(({ fault, t }) => undone.some((one) => one.fault === fault && one.t >= t))
  const lastT = Math.max(outage.toT ?? 0, ...undone.map(({ t }) => t))
  const toT = isOver && undone.length > 0 ? Math.min(lastT, storyToT) : storyToT
  const hadMs = Math.max(0, toT - (faultT ?? toT))
  return { hadMs, plannedMs: plannedMs(plan), minuteMs: plan.incidentMinuteMs, what: 'what it should notice lasted' }
}

/** From the first fault to the remedy that was to cure it, or to the story's end. */
function plannedMs({
  story,
  clockStart,
  clockEnd,
  incidentMinuteMs,
}: Parameters<typeof faultWindow>[0]['plan']): number {
  const from = story.find(({ does }) => does === 'fault')
  const cure = story.find(({ does, step, detail }) => {
    return does === 'remedy' && step > (from?.step ?? 0) && (detail.expect ?? 'cures') === 'cures'
  })
  const endMs = minutesBetween(clockStart, clockEnd) * incidentMinuteMs
  return (cure?.dueMs ?? endMs) - (from?.dueMs ?? 0)
}

/** From the first moment of the story to its last. */
export function storyWindow(reading: {
  readonly storyFromT: number | null
  readonly storyToT: number
  readonly plan: { readonly incidentMinuteMs: number }
}): Window {
  const { storyFromT, storyToT, plan } = reading
  const hadMs = Math.max(0, storyToT - (storyFromT ?? storyToT))
  return { hadMs, plannedMs: hadMs, minuteMs: plan.incidentMinuteMs, what: 'the story lasted', silent: true }
}

/** Alerts that had nothing to look at all through the story, each with the reason; null: no observation was made. */
export function deadRules(facts: readonly Fact[]): { alert: string; because: string }[] | null {
  const last = factsOf(facts, 'rule-evidence').findLast(({ moment }) => moment === 'end')
  if (!last) return null
  return last.rules.flatMap((rule) => {
    const because = rule.alert === watchdog ? null : deafness(rule)
    return because === null ? [] : [{ alert: rule.alert, because }]
  })
}
