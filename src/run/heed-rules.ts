import type { PlanRecord } from '../journal/index.ts'
import { minutesBetween } from '../kit/clock-time.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { nearestOf } from '../kit/near-miss.ts'
import { type Question, type Rule, troublesOf } from '../rules/index.ts'
import { askedStack, type StackSpec } from '../scenario/index.ts'
import { specOf } from './plan.ts'

/** Its rule lies beside the others, and is there whatever is loaded. */
const alwaysLoaded = 'Watchdog'

/** Every rule there is to be loaded: ours, or somebody's own in their place. */
interface KnownRules {
  readonly own: boolean
  readonly rules: readonly Rule[]
}

/**
 * What the alerts that a plan asks about cannot tell, known before anything is started. SCENARIO_INVALID for an alert
 * that is asked about and that no rule has: of ours, or, of somebody's own, one that is written almost so.
 */
export function heedRules(plan: PlanRecord, known: KnownRules): string[] {
  const loaded = rulesOfPlan(plan, known)
  const alerts = [...new Set(loaded.filter(({ kind }) => kind === 'alert').map(({ name }) => name))]
  const everywhere = [...new Set(known.rules.map(({ name }) => name))]
  const told = askedIn(plan).flatMap(({ where, needed, ...question }) => {
    const { alert } = question
    if (alerts.includes(alert)) return troublesOf(question, loaded)
    if (alert === alwaysLoaded) return []
    refuseUnknown({ plan, where, alert, needed }, known, { alerts, everywhere })
    return needed ? [`${alert} (${where}): no rule has it, so nothing will be said of it`] : []
  })
  return [...new Set(told)]
}

/** Those that are loaded with a variant's measures; of somebody's own all are. */
function rulesOfPlan({ stack, measures }: PlanRecord, { own, rules }: KnownRules): Rule[] {
  const { withoutRules } = askedStack(specOf<StackSpec>(stack), measures)
  return rules.filter(({ file }) => own || !withoutRules.includes(file))
}

interface Unknown {
  plan: PlanRecord
  where: string
  alert: string
  /** Asked whether it fired, so it must be loaded. */
  needed: boolean
}

function refuseUnknown(
  { plan, where, alert, needed }: Unknown,
  { own }: KnownRules,
  { alerts, everywhere }: { alerts: readonly string[]; everywhere: readonly string[] },
): void {
  const meant = nearestOf(alert, everywhere)
  const isElsewhere = everywhere.includes(alert)
  if (own ? meant === undefined : isElsewhere && !needed) return
  const place = `${plan.scenario}, variant ${plan.variant}, ${where}`
  const what = isElsewhere ? `the rule '${alert}' is not loaded in this variant` : `there is no rule '${alert}'`
  const hint = meant === undefined || isElsewhere ? '' : `Did you mean ${meant}? `
  const message = `${place}: ${what}`
  throw new BadgatewayError('SCENARIO_INVALID', message, `${hint}Nothing was started. Rules: ${alerts.join(', ')}.`)
}

type Asked = Question & { where: string; needed: boolean }

/** Every question about a named alert, with the place in the scenario where it is asked. */
function askedIn(plan: PlanRecord): Asked[] {
  const { incidentMinuteMs: minuteMs } = plan
  const fault = { hadMs: faultTime(plan), what: 'the fault lasts about', minuteMs }
  const story = { hadMs: latestOf(plan).endMs, what: 'the story lasts about', minuteMs }
  const asked = plan.checks.flatMap((check): Asked[] => {
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
  const looks = plan.story.flatMap(({ step, detail }): Asked[] => {
    const look = detail['look'] as { kind?: string; alert?: string } | undefined
    if (look?.kind !== 'missing-alert' || look.alert === undefined) return []
    return [{ alert: look.alert, where: `story.${step}.look.alert`, needed: false, silent: true, ...story }]
  })
  return [...asked, ...looks]
}

/** What a deed of its own takes, about; stories of minutes do not notice it. */
const deedMs = 3_000
/** What is given to alerts that are to be over at the end. */
const overMs = 25_000

/** When each step begins at the latest, ms after the story's start, and when the story ends: no more than planned. */
function latestOf({ story, checks, clockStart, clockEnd, incidentMinuteMs }: PlanRecord) {
  let endMs = 0
  const begins = story.map(({ dueMs, restMs = 0, does, detail }) => {
    const beginMs = Math.max(dueMs, endMs + restMs)
    const { within = 0, hold = 0 } = (detail['recovered'] ?? {}) as { within?: number; hold?: number }
    const awaited =
      detail['awaited'] === true ? Number(detail['deliveredWithin'] ?? detail['firesWithin'] ?? 30_000) : 0
    endMs = beginMs + within + hold + awaited + (does === 'fault' || does === 'remedy' ? deedMs : 0)
    return beginMs
  })
  const waits = checks.map(({ kind, withinMs }) => {
    return kind === 'alert-resolves' ? Number(withinMs) : kind === 'alerts-over' ? overMs : 0
  })
  const lastMs = Math.max(endMs, minutesBetween(clockStart, clockEnd) * incidentMinuteMs)
  return { begins, endMs: lastMs + Math.max(0, ...waits) }
}

/** From the first fault to the remedy that is to cure it, or to the story's end, about, ms. */
export function faultTime(plan: PlanRecord): number {
  const { begins, endMs } = latestOf(plan)
  const from = Math.max(
    0,
    plan.story.findIndex(({ does }) => does === 'fault'),
  )
  const cure = plan.story.findIndex(({ does, detail }, index) => {
    return does === 'remedy' && index > from && (detail['expect'] ?? 'cures') === 'cures'
  })
  return (begins[cure] ?? endMs) - (begins[from] ?? 0)
}
