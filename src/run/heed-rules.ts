import { minutesBetween } from '../kit/clock-time.ts'
import { type Question, troublesOf } from '../rules/index.ts'
import { alertsOf, type KnownRules, loadedRules } from './known-rules.ts'
import type { Plan } from './plan.ts'
import type { StoryStep } from './story-step.ts'

/** What the alerts that a plan asks about cannot tell, known before anything is started. */
export function heedRules(plan: Plan, known: KnownRules): string[] {
  const loaded = loadedRules({ stack: plan.stack, measures: plan.record.measures }, known)
  const alerts = alertsOf(loaded)
  const told = alertsAsked(plan).flatMap(({ where: _where, needed: _needed, ...question }) => {
    return alerts.includes(question.alert) ? troublesOf(question, loaded) : []
  })
  return [...new Set(told)]
}

type Asked = Question & { where: string; needed: boolean }

/** Every question about a named alert, with the place in the scenario where it is asked. */
export function alertsAsked(plan: Plan): Asked[] {
  const { incidentMinuteMs: minuteMs, checks } = plan.record
  const fault = { hadMs: faultTime(plan), what: 'the fault lasts about', minuteMs }
  const story = { hadMs: latestOf(plan).endMs, what: 'the story lasts about', minuteMs }
  const asked = checks.flatMap((check): Asked[] => {
    const { kind, alert, alerts, step } = check
    const where = typeof step === 'number' && kind !== 'alerts-silent' ? `story.${step}.alert` : `checks: ${kind}`
    if (kind === 'alerts-silent' && Array.isArray(alerts)) {
      return alerts.map((name) => ({ alert: String(name), where, needed: false, silent: true, ...story }))
    }
    if (typeof alert !== 'string') return []
    const within = kind === 'alert-fires' ? { firesWithinMs: Number(check['firesWithinMs']) } : {}
    const resolves = kind === 'alert-resolves' ? { resolvesWithinMs: Number(check['withinMs']) } : {}
    return [{ alert, where, needed: true, ...fault, ...within, ...resolves }]
  })
  const looks = plan.story.flatMap((told): Asked[] => {
    if (told.does !== 'look' || told.spec.kind !== 'missing-alert') return []
    const alert = 'alert' in told.spec ? told.spec.alert : undefined
    if (typeof alert !== 'string') return []
    return [{ alert, where: `story.${told.step}.look.alert`, needed: false, silent: true, ...story }]
  })
  return [...asked, ...looks]
}

/** What a deed of its own takes, about; stories of minutes do not notice it. */
const deedMs = 3_000
/** What is given to alerts that are to be over at the end. */
const overMs = 25_000

/** When each step begins at the latest, ms after the story's start, and when the story ends: no more than planned. */
function latestOf({ story, record }: Plan) {
  const { checks, clockStart, clockEnd, incidentMinuteMs } = record
  let endMs = 0
  const begins = story.map((step) => {
    const beginMs = Math.max(step.dueMs, endMs + (step.restMs ?? 0))
    endMs = beginMs + lengthOf(step)
    return beginMs
  })
  const waits = checks.map(({ kind, withinMs }) => {
    return kind === 'alert-resolves' ? Number(withinMs) : kind === 'alerts-over' ? overMs : 0
  })
  const lastMs = Math.max(endMs, minutesBetween(clockStart, clockEnd) * incidentMinuteMs)
  return { begins, endMs: lastMs + Math.max(0, ...waits) }
}

function lengthOf(step: StoryStep): number {
  if (step.does === 'recovered') return step.within + step.hold
  if (step.does === 'alert') return step.awaitedMs ?? 0
  return step.does === 'fault' || step.does === 'remedy' ? deedMs : 0
}

/** From the first fault to the remedy that is to cure it, or to the story's end, about, ms. */
export function faultTime(plan: Plan): number {
  const { begins, endMs } = latestOf(plan)
  const from = Math.max(
    0,
    plan.story.findIndex(({ does }) => does === 'fault'),
  )
  const cure = plan.story.findIndex((step, index) => {
    return step.does === 'remedy' && index > from && step.expect === 'cures'
  })
  return (begins[cure] ?? endMs) - (begins[from] ?? 0)
}
