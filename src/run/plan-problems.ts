import type { FaultSpec } from '../faults/index.ts'
import type { PlannedStep } from '../journal/index.ts'
import { inert, inertJson } from '../kit/inert.ts'
import { poolOf } from '../load/index.ts'
import { measureNames, type Scenario, type Variant } from '../scenario/index.ts'
import type { StackDescription } from '../stack/index.ts'
import { notFindable } from '../watch/index.ts'
import { kindOf, lackingFor, type Mistake, strangersIn } from './plan-stack.ts'

export interface Questionable {
  scenario: Scenario
  /** Its name. */
  variant: string
  description: StackDescription
  measures: string[]
  story: readonly PlannedStep[]
  /** Where that story is written: before `story.0`. */
  place: '' | `variants.${string}.`
  /** When the story ends, ms after its begin. */
  endMs: number
  /** Of the variant, when it has some of its own. */
  checks: Variant['checks']
}

/** What would only be missed in the middle of the story: one line a mistake, with path and value. */
export function mistakesIn(plan: Questionable): string[] {
  const { description } = plan
  const names = description.services.map(({ name }) => name)
  const mistakes = plan.story.flatMap((step, index) => [
    ...strangersIn(step, description, mayGrow(plan, index)),
    ...lackingFor(step, description),
    ...spikesIn(step, poolOf(plan.scenario.load.users)),
    ...disorderIn(step, plan.story[index - 1], plan.endMs),
    ...namesakesIn(step, plan.story.slice(0, index)),
  ])
  const early: Mistake = {
    path: `variants.${plan.variant}.end`,
    value: undefined,
    what: 'is not later than clock.start',
  }
  const ofStory = mistakes.map((one) => ({ ...one, path: `${plan.place}${one.path}` }))
  return [...(plan.endMs > 0 ? [] : [early]), ...ofStory, ...checksIn(plan, names)].map(lineOf)
}

function lineOf({ path, value, what }: Mistake): string {
  const found = value === undefined ? '' : ` (found ${inertJson(value).slice(0, 80)})`
  return `${inert(path)}: ${inert(what)}${found}`
}

/** Servers that are added while the story runs have numbers that the stack does not have yet. */
function mayGrow({ measures, story }: Questionable, index: number): boolean {
  const added = story.slice(0, index).some(({ detail }) => kindOf(detail['remedy']) === 'scale-out')
  return added || measures.some((measure) => /scal/.test(measure))
}

function spikesIn({ step, detail }: PlannedStep, pool: number): Mistake[] {
  const spec = detail['fault'] as Partial<FaultSpec> | undefined
  if (spec?.kind !== 'traffic-spike') return []
  const wanted = spec.users?.users ?? 0
  const path = `story.${step}.fault`
  if (!spec.users && !spec.pressure) return [{ path, value: undefined, what: 'it needs users, pressure, or both' }]
  if (spec.for !== undefined && spec.forMinutes !== undefined) {
    return [{ path, value: undefined, what: "it lasts 'for' or 'forMinutes', not both" }]
  }
  if (wanted <= pool) return []
  return [{ path, value: undefined, what: `${wanted} users are more than load.users.pool, ${pool}` }]
}

/** Steps go forward on one day, between clock.start and the end. */
function disorderIn(step: PlannedStep, before: PlannedStep | undefined, endMs: number): Mistake[] {
  const what =
    step.dueMs < (before?.dueMs ?? 0)
      ? `'${step.clock}' is earlier than what comes before`
      : step.dueMs > endMs
        ? `'${step.clock}' is after the end`
        : undefined
  return what === undefined ? [] : [{ path: `story.${step.step}.at`, value: step.clock, what }]
}

/** Faults are told apart by their names: what a witness saw of one would be taken for the other's. */
function namesakesIn(step: PlannedStep, before: readonly PlannedStep[]): Mistake[] {
  const name = faultName(step)
  const other = name === undefined ? undefined : before.find((one) => faultName(one) === name)
  if (name === undefined || !other) return []
  const what = `'${name}' is the fault of story.${other.step}, too: give each a name of its own with as`
  return [{ path: `story.${step.step}.as`, value: undefined, what }]
}

function faultName({ does, detail }: PlannedStep): string | undefined {
  return does === 'fault' ? String(detail['as'] ?? kindOf(detail['fault'])) : undefined
}

/** A check that asks for what cannot be would fail, or say nothing, for its own typing mistake. */
function checksIn(plan: Questionable, names: readonly string[]): Mistake[] {
  const { scenario, variant, checks, story, measures, description } = plan
  const place = checks ? `variants.${variant}.checks` : 'checks'
  return (checks ?? scenario.checks).flatMap((check, index): Mistake[] => {
    const path = `${place}.${index}`
    if ('step' in check && check.step !== undefined && !story[check.step]) {
      return [{ path: `${path}.step`, value: check.step, what: `the story has ${story.length} steps` }]
    }
    if (!description.monitoring && /alert/.test(check.kind)) {
      return [{ path, value: check.kind, what: 'this stack has not: monitoring' }]
    }
    if (check.kind === 'look-finds') {
      const kind = check.probe ?? kindOf(story[check.step]?.detail['look'])
      const what = kind === undefined ? undefined : notFindable(kind, check.finds)
      return what === undefined ? [] : [{ path: `${path}.finds`, value: check.finds, what }]
    }
    if (check.kind === 'crashes' && !mayGrow(plan, story.length)) {
      const absent = check.services.filter((name) => !names.includes(name))
      return absent.map((name) => ({ path: `${path}.services`, value: name, what: `there is no '${name}'` }))
    }
    // What is asked of every variant is asked of those that have it.
    const known: readonly string[] = checks ? measures : measureNames
    if (check.kind !== 'measure-acted' || known.includes(check.measure)) return []
    return [
      { path: `${path}.measure`, value: check.measure, what: `it is none of ${known.join(', ') || 'no measures'}` },
    ]
  })
}
