import type { PlannedStep, PlanRecord } from '../journal/index.ts'
import { minutesBetween } from '../kit/clock-time.ts'
import { BadgatewayError } from '../kit/errors.ts'
import type { Json } from '../kit/json.ts'
import {
  describedStack,
  type Scenario,
  type Step,
  type StepAction,
  stackSpec,
  stepActions,
  type TimedStep,
  whereOf,
  withTimes,
} from '../scenario/index.ts'
import type { StackDescription } from '../stack/index.ts'
import { type Resolved, resolveVariant } from './control.ts'
import { mistakesIn } from './plan-problems.ts'
import { withProxy } from './plan-stack.ts'

const fastestMs = 100
const slowestMs = 60_000

export interface PlanOptions {
  variant: string
  /** Real ms for one minute of the incident; default 1000. */
  incidentMinuteMs?: number
  /** The stack that it is told on; absent: the one that the scenario asks for. */
  description?: StackDescription
}

/** What is going to happen in one variant: computed, and refused, before anything is started. */
export function planOf(scenario: Scenario, options: PlanOptions): PlanRecord {
  const { incidentMinuteMs = 1_000 } = options
  refuseScale(incidentMinuteMs)
  const { variant, description } = options
  const { plan, mistakes, services } = drawn(scenario, variant, incidentMinuteMs, description)
  if (plan && mistakes.length === 0) return plan
  throw invalid(`${whereOf(scenario)}, variant ${variant}`, mistakes, services)
}

/** The same of several variants: the mistakes of all are told at once. */
export function plansOf(scenario: Scenario, variants: readonly string[], incidentMinuteMs = 1_000): PlanRecord[] {
  refuseScale(incidentMinuteMs)
  const all = [...new Set(variants)].map((variant) => ({ variant, ...drawn(scenario, variant, incidentMinuteMs) }))
  const lines = [...new Set(all.flatMap(({ mistakes }) => mistakes))].map((line) => {
    const wrong = all.filter(({ mistakes }) => mistakes.includes(line))
    const only = wrong.length < all.length && !line.startsWith('variants.')
    return only ? `${line}, in ${wrong.map(({ variant }) => variant).join(', ')}` : line
  })
  if (lines.length > 0) throw invalid(whereOf(scenario), lines, [...new Set(all.flatMap(({ services }) => services))])
  return all.flatMap(({ plan }) => plan ?? [])
}

function invalid(where: string, mistakes: readonly string[], services: readonly string[]): BadgatewayError {
  const there = services.length > 0 ? `The stack has: ${services.join(', ')}. ` : ''
  const hint = `Nothing was started. ${there}See badgateway schema.`
  return new BadgatewayError('SCENARIO_INVALID', `${where}: ${mistakes.join('\n  ')}`, hint)
}

interface Drawn {
  /** Absent: its variant is none. */
  plan?: PlanRecord
  mistakes: string[]
  services: string[]
}

function drawn(scenario: Scenario, name: string, incidentMinuteMs: number, given?: StackDescription): Drawn {
  const resolved = resolvedOr(scenario, name)
  if ('mistakes' in resolved) return resolved
  const { variant, control } = resolved
  const { clock } = scenario
  const end = variant.end ?? clock.end
  const stack = stackSpec.parse(plain({ ...scenario.stack, ...variant.stack }))
  const description = given ?? describedStack(stack, variant.measures)
  const story = withTimes(variant.story ?? scenario.story, clock.start).map((step, index) =>
    withProxy(planned(step, index, { start: clock.start, incidentMinuteMs }), description),
  )
  const plan: PlanRecord = {
    format: 1,
    scenario: scenario.name,
    title: scenario.title,
    summary: scenario.summary,
    report: { ...scenario.report, date: scenario.report.date ?? null },
    variant: name,
    variantTitle: variant.title,
    measures: variant.measures,
    causeAlerts: scenario.causeAlerts,
    control,
    ...(description.monitoring ? {} : { unwatched: true as const }),
    incidentMinuteMs,
    clockStart: clock.start,
    clockEnd: end,
    steadyMs: minutesBetween(clock.steadyFrom, clock.start) * incidentMinuteMs,
    story,
    checks: [
      ...story.flatMap(checksOf),
      ...askedAt(incidentMinuteMs, variant.checks ?? scenario.checks),
    ] as PlanRecord['checks'],
    load: plain(scenario.load) as PlanRecord['stack'],
    stack: plain(stack) as PlanRecord['stack'],
  }
  const { measures, checks } = variant
  const endMs = minutesBetween(clock.start, end) * incidentMinuteMs
  const place = variant.story ? (`variants.${name}.` as const) : ''
  const asked = { scenario, variant: name, description, measures, story, place, endMs, checks } as const
  // A control's steps are another variant's, whose mistakes are told where they are written.
  const base = control ? drawn(scenario, control.of, incidentMinuteMs, given).mistakes : []
  const mistakes = base.length > 0 ? base : mistakesIn(asked)
  return { plan, mistakes, services: description.services.map((one) => one.name) }
}

function resolvedOr(scenario: Scenario, name: string): Resolved | Drawn {
  try {
    return resolveVariant(scenario, name)
  } catch (thrown) {
    if (!(thrown instanceof BadgatewayError) || thrown.code !== 'SCENARIO_INVALID') throw thrown
    return { mistakes: [`${thrown.message}. ${thrown.hint}`], services: [] }
  }
}

/** Without the questions that are asked at a slower scale only; README.md tells of them. */
function askedAt<C extends { kind: string }>(incidentMinuteMs: number, checks: readonly C[]): readonly C[] {
  const fromMs = (check: C) => ('fromScaleMs' in check ? Number(check.fromScaleMs ?? 0) : 0)
  return checks.filter((check) => incidentMinuteMs >= fromMs(check))
}

function refuseScale(incidentMinuteMs: number): void {
  if (incidentMinuteMs >= fastestMs && incidentMinuteMs <= slowestMs) return
  const message = `The time scale of ${incidentMinuteMs} ms for one minute of the incident is not from 100ms to 60s`
  throw new BadgatewayError('DURATION_INVALID', message, 'It is what one minute of the incident takes here.')
}

/** A spec that the plan keeps as JSON, in the validated form that its schema gave. */
export function specOf<T>(kept: Json | undefined): T {
  return kept as T
}

function planned(step: TimedStep, index: number, scale: { start: string; incidentMinuteMs: number }): PlannedStep {
  const does = stepActions.find((action) => step[action] !== undefined) ?? 'note'
  const { at, title, rest, once, isUntimed, ...detail } = step
  return {
    step: index,
    clock: at,
    dueMs: minutesBetween(scale.start, at) * scale.incidentMinuteMs,
    ...(isUntimed ? { untimed: true as const } : {}),
    ...(once === undefined ? {} : { once: plain(once) }),
    ...(rest === undefined ? {} : { restMs: rest }),
    does,
    title: title ?? titleOf(does, step),
    detail: plain(detail) as Record<string, Json>,
  }
}

function titleOf(does: StepAction, step: Step): string {
  const titles: Record<StepAction, string> = {
    fault: step.as ?? step.fault?.kind ?? '',
    alert: `The alert ${step.alert} is due`,
    look: `Somebody looks: ${step.look?.kind ?? ''}`,
    remedy: step.as ?? step.remedy?.kind ?? '',
    note: step.note ?? '',
    recovered: 'Service is restored',
  }
  return titles[does]
}

/** The questions that a step asks by itself. */
function checksOf({ step, does, detail }: PlannedStep): Record<string, Json>[] {
  const optional = (key: string, value: Json | undefined) => (value === undefined ? {} : { [key]: value })
  if (does === 'fault') return [{ kind: 'fault-outcome', step, outcome: detail['becomes'] ?? 'in-force' }]
  if (does === 'look')
    return detail['finds'] === undefined ? [] : [{ kind: 'look-finds', step, finds: detail['finds'] }]
  if (does === 'remedy' && detail['expect'] === 'measured') return []
  if (does === 'remedy') {
    return [{ kind: 'remedy-effect', step, expect: detail['expect'] ?? 'cures', ...optional('says', detail['says']) }]
  }
  if (does === 'recovered') {
    const { within = 0, hold = 0 } = detail['recovered'] as { within: number; hold: number }
    return [
      { kind: 'recovered', step, withinMs: within, holdMs: hold },
      { kind: 'no-relapse', step },
    ]
  }
  if (does !== 'alert') return []
  const { alert = '', firesWithin = 30_000, deliveredWithin, resolvesWithin, from } = detail
  const delivered = optional('deliveredWithinMs', deliveredWithin)
  const fires = {
    kind: 'alert-fires',
    step,
    alert,
    firesWithinMs: firesWithin,
    ...delivered,
    ...optional('from', from),
  }
  return resolvesWithin === undefined
    ? [fires]
    : [fires, { kind: 'alert-resolves', step, alert, withinMs: resolvesWithin }]
}

/** As JSON would keep it: what is undefined is left out. */
function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json
}
