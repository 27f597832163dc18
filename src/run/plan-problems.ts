import { inert, inertJson } from '../kit/inert.ts'
import type { Json } from '../kit/json.ts'
import { poolOf } from '../load/index.ts'
import type { Scenario, Variant } from '../scenario/index.ts'
import { measureNames, type StackSpec, shop, shopOf } from '../shop/index.ts'
import { notFindable } from '../watch/index.ts'
import type { StoryStep } from './story-step.ts'

export interface Questionable {
  scenario: Scenario
  /** Its name. */
  variant: string
  stack: StackSpec
  measures: string[]
  story: readonly StoryStep[]
  /** Where that story is written: before `story.0`. */
  place: '' | `variants.${string}.`
  /** When the story ends, ms after its begin. */
  endMs: number
  /** Of the variant, when it has some of its own. */
  checks: Variant['checks']
}

interface Mistake {
  /** Below the scenario's story, `3.fault.servers.0`. */
  path: string
  value: Json | undefined
  what: string
}

/** What would only be missed in the middle of the story: one line a mistake, with path and value. */
export function mistakesIn(plan: Questionable): string[] {
  const names = servicesOf(plan)
  const mistakes = plan.story.flatMap((step, index) => [
    ...strangersIn(step, names, mayGrow(plan, index)),
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

/** Every service that the shop has. */
export function servicesOf({ stack, measures }: Pick<Questionable, 'stack' | 'measures'>): string[] {
  return shop({ ...shopOf(stack, measures), token: '' }).map(({ name }) => name)
}

function lineOf({ path, value, what }: Mistake): string {
  const found = value === undefined ? '' : ` (found ${inertJson(value).slice(0, 80)})`
  return `${inert(path)}: ${inert(what)}${found}`
}

/** Servers that are added while the story runs have numbers that the shop does not have yet. */
function mayGrow({ measures, story }: Questionable, index: number): boolean {
  const added = story.slice(0, index).some((step) => step.does === 'remedy' && step.spec.kind === 'scale-out')
  return added || measures.some((measure) => /scal/.test(measure))
}

function strangersIn({ step, does, detail, once }: StoryStep, names: readonly string[], grows: boolean): Mistake[] {
  const { service, role, servers, upstreams } = fieldsOf(detail[does])
  const found: Mistake[] = []
  if (typeof service === 'string' && !names.includes(service)) {
    found.push({ path: `story.${step}.${does}.service`, value: service, what: `there is no '${service}'` })
  }
  const container = once?.container
  if (container !== undefined && !names.includes(container)) {
    found.push({ path: `story.${step}.once.container`, value: container, what: `there is no '${container}'` })
  }
  const roles = [role, ...(Array.isArray(upstreams) ? upstreams : [])].filter((one) => typeof one === 'string')
  const numbers = Array.isArray(servers) ? servers : []
  for (const [at, number] of numbers.entries()) {
    const path = `story.${step}.${does}.servers.${at}`
    if (numbers.indexOf(number) < at) found.push({ path, value: number, what: 'is named twice' })
    const absent = roles.map((one) => `${one}-${number}`).filter((name) => !names.includes(name))
    if (absent.length === 0 || grows) continue
    found.push({ path, value: number, what: `there is no ${absent.map((name) => `'${name}'`).join(', no ')}` })
  }
  for (const one of roles.filter((name) => !names.some((known) => known.startsWith(`${name}-`)))) {
    found.push({ path: `story.${step}.${does}.role`, value: one, what: `no server has the role '${one}'` })
  }
  return found
}

function spikesIn(told: StoryStep, pool: number): Mistake[] {
  if (told.does !== 'fault' || told.spec.kind !== 'traffic-spike') return []
  const { step, spec } = told
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
function disorderIn(step: StoryStep, before: StoryStep | undefined, endMs: number): Mistake[] {
  const what =
    step.dueMs < (before?.dueMs ?? 0)
      ? `'${step.clock}' is earlier than what comes before`
      : step.dueMs > endMs
        ? `'${step.clock}' is after the end`
        : undefined
  return what === undefined ? [] : [{ path: `story.${step.step}.at`, value: step.clock, what }]
}

/** Faults are told apart by their names: what a witness saw of one would be taken for the other's. */
function namesakesIn(step: StoryStep, before: readonly StoryStep[]): Mistake[] {
  if (step.does !== 'fault') return []
  const { name } = step
  const other = before.find((one) => one.does === 'fault' && one.name === name)
  if (!other) return []
  const what = `'${name}' is the fault of story.${other.step}, too: give each a name of its own with as`
  return [{ path: `story.${step.step}.as`, value: undefined, what }]
}

/** A check that asks for what cannot be would fail, or say nothing, for its own typing mistake. */
function checksIn(plan: Questionable, names: readonly string[]): Mistake[] {
  const { scenario, variant, checks, story, measures } = plan
  const place = checks ? `variants.${variant}.checks` : 'checks'
  return (checks ?? scenario.checks).flatMap((check, index): Mistake[] => {
    const path = `${place}.${index}`
    if ('step' in check && check.step !== undefined && !story[check.step]) {
      return [{ path: `${path}.step`, value: check.step, what: `the story has ${story.length} steps` }]
    }
    if (check.kind === 'look-finds') {
      const looks = story[check.step]
      const kind = check.probe ?? (looks?.does === 'look' ? looks.spec.kind : undefined)
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

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
