import { type PlanRecord, planRecord } from '../journal/index.ts'
import { minutesBetween } from '../kit/clock-time.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { asJson } from '../kit/json.ts'
import type { PlannedCell } from '../kit/matrix/cell.ts'
import { ownOf } from '../kit/own.ts'
import type { LoadSpec } from '../load/index.ts'
import {
  describedStack,
  namesOf,
  type Scenario,
  type StackSpec,
  stackSpec,
  whereOf,
  withTimes,
} from '../scenario/index.ts'
import { contradictionsIn, type StackDescription } from '../stack/index.ts'
import { type Resolved, resolveVariant } from './control.ts'
import { type KnownRules, unheardBy } from './known-rules.ts'
import { mistakesIn } from './plan-problems.ts'
import { withProxy } from './plan-stack.ts'
import { checksOf, printOf, type StoryStep, storyStep } from './story-step.ts'

const fastestMs = 100
const slowestMs = 60_000

export interface PlanOptions {
  variant: string
  /** Real ms for one minute of the incident; default 1000. */
  incidentMinuteMs?: number | undefined
  /** What can be loaded, to find names of alerts that nobody has; absent: not looked for. */
  rules?: KnownRules | undefined
  /** The stack that it is told on; absent: the one that the scenario asks for. */
  description?: StackDescription | undefined
  /** Cells of a matrix, by the names of their variants. */
  cells?: Readonly<Record<string, PlannedCell>> | undefined
  /** How quick the monitoring is that somebody has himself; absent: the stack's is one of ours. */
  theirs?: PlanRecord['theirs']
}

type Scale = Pick<PlanOptions, 'rules' | 'description' | 'cells' | 'theirs'> & { incidentMinuteMs: number }

/** What is going to happen in one variant, ready to be done. */
export interface Plan {
  /** Its print, as plan.json keeps it: verdict and reports are made from this and the journal alone. */
  readonly record: PlanRecord
  readonly story: readonly StoryStep[]
  readonly load: LoadSpec
  readonly stack: StackSpec
}

/** The plan of one variant: computed, and refused, before anything is started. */
export function planOf(scenario: Scenario, options: PlanOptions): Plan {
  const { plan, ...wrong } = drawn(scenario, options.variant, scaleOf(options))
  if (plan) return plan
  throw invalid(`${whereOf(scenario)}, variant ${options.variant}`, wrong.mistakes, wrong.services)
}

/** The same of several variants: the mistakes of all are told at once. */
export function plansOf(
  scenario: Scenario,
  variants: readonly string[],
  options: Omit<PlanOptions, 'variant'> = {},
): Plan[] {
  const scale = scaleOf(options)
  const all = [...new Set(variants)].map((variant) => ({ variant, ...drawn(scenario, variant, scale) }))
  const lines = [...new Set(all.flatMap(({ mistakes }) => mistakes))].map((line) => {
    const wrong = all.filter(({ mistakes }) => mistakes.includes(line))
    const only = wrong.length < all.length && !line.startsWith('variants.')
    return only ? `${line}, in ${wrong.map(({ variant }) => variant).join(', ')}` : line
  })
  if (lines.length > 0) throw invalid(whereOf(scenario), lines, [...new Set(all.flatMap(({ services }) => services))])
  return all.flatMap(({ plan }) => plan ?? [])
}

function scaleOf({ incidentMinuteMs = 1_000, ...others }: Omit<PlanOptions, 'variant'>): Scale {
  refuseScale(incidentMinuteMs)
  return { incidentMinuteMs, ...others }
}

function invalid(where: string, mistakes: readonly string[], services: readonly string[]): BadgatewayError {
  const there = services.length > 0 ? `The stack has: ${services.join(', ')}. ` : ''
  const hint = `Nothing was started. ${there}See badgateway schema, and badgateway rules for alerts.`
  return new BadgatewayError('SCENARIO_INVALID', `${where}: ${mistakes.join('\n  ')}`, hint)
}

interface Drawn {
  /** Absent where there are mistakes. */
  plan?: Plan
  mistakes: string[]
  services: string[]
}

function drawn(scenario: Scenario, name: string, scale: Scale): Drawn {
  const resolved = resolvedOr(scenario, name)
  if ('mistakes' in resolved) return resolved
  const { variant, control } = resolved
  const { incidentMinuteMs, rules } = scale
  const { start, end: usualEnd } = scenario.clock
  const end = variant.end ?? usualEnd
  const stack = stackSpec.parse({ ...scenario.stack, ...variant.stack })
  const { measures, checks } = variant
  const { description = describedStack(stack, measures) } = scale
  const story = withTimes(variant.story ?? scenario.story, start).map((step, index) => {
    return withProxy(storyStep(step, index, { start, incidentMinuteMs, kinds: scenario.kinds }), description)
  })
  const unheard = rules ? unheardBy({ stack, measures }, rules) : () => undefined
  const endMs = minutesBetween(start, end) * incidentMinuteMs
  const place = variant.story ? (`variants.${name}.` as const) : ''
  const asked = { scenario, variant: name, description, measures, story, place, endMs, checks, unheard } as const
  // A control's steps are another variant's, whose mistakes are told where they are written.
  const base = control ? drawn(scenario, control.of, scale).mistakes : []
  const unsound = scale.description ? contradictionsIn(scale.description).map((line) => `the stack: ${line}`) : []
  const mistakes = base.length > 0 ? base : [...unsound, ...mistakesIn(asked)]
  const services = description.services.map((one) => one.name)
  if (mistakes.length > 0) return { mistakes, services }
  const cell = scale.cells && ownOf(scale.cells, name)
  const told = { name, end, incidentMinuteMs, story, stack, description, cell, theirs: scale.theirs }
  const record = recordOf(scenario, { ...resolved, ...told })
  return { plan: { record, story, load: scenario.load, stack }, mistakes, services }
}

interface Parts extends Resolved {
  name: string
  end: string
  incidentMinuteMs: number
  story: readonly StoryStep[]
  stack: StackSpec
  description: StackDescription
  cell: PlannedCell | undefined
  theirs: PlanRecord['theirs']
}

function recordOf(scenario: Scenario, { name, variant, control, end, incidentMinuteMs, ...parts }: Parts): PlanRecord {
  const { story, stack, description, cell, theirs } = parts
  const { clock } = scenario
  const kept = {
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
    ...(description.monitoring ? {} : { unwatched: true }),
    ...(description.monitoring && theirs ? { theirs } : {}),
    ...bookOf(description),
    ...(cell ? { cell } : {}),
    incidentMinuteMs,
    clockStart: clock.start,
    clockEnd: end,
    steadyMs: minutesBetween(clock.steadyFrom, clock.start) * incidentMinuteMs,
    story: story.map(printOf),
    checks: [...story.flatMap(checksOf), ...askedAt(incidentMinuteMs, variant.checks ?? scenario.checks)],
    ...(scenario.kinds ? { kinds: namesOf(scenario.kinds) } : {}),
    load: scenario.load,
    stack,
  }
  return planRecord.parse(asJson(kept))
}

/** What of the proxy's log can be held against the clients' book, where it is not ours. */
function bookOf({ attached }: StackDescription): Pick<PlanRecord, 'unlogged' | 'ownLog'> {
  if (!attached) return {}
  const { ownLog: log } = attached
  const by = !log?.isWhole ? 'nothing' : log.ids.length > 0 ? 'id' : 'status'
  const unlogged = by === 'nothing' ? { unlogged: true as const } : {}
  return { ...unlogged, ...(log ? { ownLog: { by, words: inert(log.unknown.join('; ')) } } : {}) }
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
