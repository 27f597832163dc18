import { inert, inertJson } from '../kit/inert.ts'
import type { Json } from '../kit/json.ts'
import { below, type Mistake, type Outlook } from '../kit/outlook.ts'
import { poolOf } from '../load/index.ts'
import { refusedCheck, type Scenario, type Variant } from '../scenario/index.ts'
import { measureNames, type StackSpec, shop, shopOf } from '../shop/index.ts'
import { notFindable } from '../watch/index.ts'
import { type KnownRules, unheardBy } from './known-rules.ts'
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
  /** Absent: nobody has read them. */
  rules: KnownRules | undefined
}

/** What would only be missed in the middle of the story: one line a mistake, with path and value. */
export function mistakesIn(plan: Questionable): string[] {
  const { story, place, endMs, variant } = plan
  const outlookAt = outlooksOf(plan)
  const ofStory = story.flatMap((step, index) => {
    const outlook = outlookAt(index)
    const own = [
      ...strangersIn(step, outlook),
      ...refusedIn(step, outlook),
      ...disorderIn(step, story[index - 1], endMs),
      ...namesakesIn(step, story.slice(0, index)),
    ]
    return below(`${place}story.${step.step}`, own)
  })
  const early = endMs > 0 ? [] : [{ path: `variants.${variant}.end`, what: 'is not later than clock.start' }]
  return [...early, ...ofStory, ...checksIn(plan, outlookAt(story.length))].map(lineOf)
}

/** What is known of the run when a step begins, by its index. */
function outlooksOf(plan: Questionable): (index: number) => Outlook {
  const { scenario, story, measures, rules, checks } = plan
  const shared = {
    services: servicesOf(plan),
    pool: poolOf(scenario.load.users),
    // What is asked of every variant is asked of those that have it.
    measures: checks ? measures : measureNames,
    unheard: rules ? unheardBy(plan, rules) : () => undefined,
    unfindable: ({ step, probe }: { step: number; probe: string | undefined }, finding: string) => {
      const looks = story[step]
      const kind = probe ?? (looks?.does === 'look' ? looks.spec.kind : undefined)
      return kind === undefined ? undefined : notFindable(kind, finding)
    },
  }
  return (index) => {
    const before = story.slice(0, index)
    return { ...shared, mayGrow: before.some((step) => 'ready' in step && step.ready.addsServers) }
  }
}

/** Every service that the shop has. */
export function servicesOf({ stack, measures }: Pick<Questionable, 'stack' | 'measures'>): string[] {
  return shop({ ...shopOf(stack, measures), token: '' }).map(({ name }) => name)
}

function lineOf({ path, value, what }: Mistake): string {
  const found = value === undefined ? '' : ` (found ${inertJson(value).slice(0, 80)})`
  return `${inert(path)}: ${inert(what)}${found}`
}

/** What the kind that a step names has against it, and what it waits for that will not come. */
function refusedIn(step: StoryStep, outlook: Outlook): Mistake[] {
  const asked = step.does === 'alert' ? outlook.unheard(step.alert, 'loaded') : undefined
  const awaited = step.once?.alert
  const unheard = awaited === undefined ? undefined : outlook.unheard(awaited, 'loaded')
  return [
    ...('ready' in step ? below(step.does, step.ready.refuse(outlook)) : []),
    ...(asked === undefined ? [] : [{ path: 'alert', value: step.detail['alert'], what: asked }]),
    ...(unheard === undefined ? [] : [{ path: 'once.alert', value: awaited, what: unheard }]),
  ]
}

/** Services, roles and numbers of servers that the stack has not: whatever kind names them. */
function strangersIn({ does, detail, once }: StoryStep, { services, mayGrow }: Outlook): Mistake[] {
  const { service, role, servers, upstreams } = fieldsOf(detail[does])
  const found: Mistake[] = []
  const expect = (path: string, name: Json | undefined) => {
    if (typeof name !== 'string' || services.includes(name)) return
    found.push({ path, value: name, what: `there is no '${name}'` })
  }
  expect(`${does}.service`, service)
  expect('once.container', once?.container)
  const roles = [role, ...(Array.isArray(upstreams) ? upstreams : [])].filter((one) => typeof one === 'string')
  const numbers = Array.isArray(servers) ? servers : []
  for (const [at, number] of numbers.entries()) {
    const path = `${does}.servers.${at}`
    if (numbers.indexOf(number) < at) found.push({ path, value: number, what: 'is named twice' })
    const absent = roles.map((one) => `${one}-${number}`).filter((name) => !services.includes(name))
    if (absent.length === 0 || mayGrow) continue
    found.push({ path, value: number, what: `there is no ${absent.map((name) => `'${name}'`).join(', no ')}` })
  }
  for (const one of roles.filter((name) => !services.some((known) => known.startsWith(`${name}-`)))) {
    found.push({ path: `${does}.role`, value: one, what: `no server has the role '${one}'` })
  }
  return found
}

/** Steps go forward on one day, between clock.start and the end. */
function disorderIn(step: StoryStep, before: StoryStep | undefined, endMs: number): Mistake[] {
  const what =
    step.dueMs < (before?.dueMs ?? 0)
      ? `'${step.clock}' is earlier than what comes before`
      : step.dueMs > endMs
        ? `'${step.clock}' is after the end`
        : undefined
  return what === undefined ? [] : [{ path: 'at', value: step.clock, what }]
}

/** Faults are told apart by their names: what a witness saw of one would be taken for the other's. */
function namesakesIn(step: StoryStep, before: readonly StoryStep[]): Mistake[] {
  if (step.does !== 'fault') return []
  const { name } = step
  const other = before.find((one) => one.does === 'fault' && one.name === name)
  if (!other) return []
  return [
    { path: 'as', what: `'${name}' is the fault of story.${other.step}, too: give each a name of its own with as` },
  ]
}

/** A check that asks for what cannot be would fail, or say nothing, for its own typing mistake. */
function checksIn({ scenario, variant, checks, story }: Questionable, outlook: Outlook): Mistake[] {
  const place = checks ? `variants.${variant}.checks` : 'checks'
  return (checks ?? scenario.checks).flatMap((check, index): Mistake[] => {
    const path = `${place}.${index}`
    if ('step' in check && check.step !== undefined && !story[check.step]) {
      return [{ path: `${path}.step`, value: check.step, what: `the story has ${story.length} steps` }]
    }
    return below(path, refusedCheck(check, outlook))
  })
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
