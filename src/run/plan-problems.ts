import { inert, inertJson } from '../kit/inert.ts'
import { below, type Mistake, type Outlook } from '../kit/outlook.ts'
import { poolOf } from '../load/index.ts'
import { checkKindOf, measureNames, noKinds, type Scenario, type Variant } from '../scenario/index.ts'
import type { StackDescription } from '../stack/index.ts'
import { notFindable } from '../watch/index.ts'
import { lackingFor, strangersIn } from './plan-stack.ts'
import type { StoryStep } from './story-step.ts'

export interface Questionable {
  scenario: Scenario
  /** Its name. */
  variant: string
  description: StackDescription
  measures: string[]
  story: readonly StoryStep[]
  /** Where that story is written: before `story.0`. */
  place: '' | `variants.${string}.`
  /** When the story ends, ms after its begin. */
  endMs: number
  /** Of the variant, when it has some of its own. */
  checks: Variant['checks']
  unheard: Outlook['unheard']
}

/** What would only be missed in the middle of the story: one line a mistake, with path and value. */
export function mistakesIn(plan: Questionable): string[] {
  const { story, place, endMs, variant, description } = plan
  const outlookAt = outlooksOf(plan)
  const ofStory = story.flatMap((step, index) => {
    const outlook = outlookAt(index)
    const own = [
      ...strangersIn(step, description, outlook.mayGrow),
      ...lackingFor(step, description),
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
  const { scenario, story, measures, unheard, checks, description } = plan
  const shared = {
    services: description.services.map(({ name }) => name),
    pool: poolOf(scenario.load.users),
    // What is asked of every variant is asked of those that have it.
    measures: checks ? measures : measureNames,
    unheard,
    unfindable: ({ step, probe }: { step: number; probe: string | undefined }, finding: string) => {
      const looks = story[step]
      const kind = probe ?? (looks?.does === 'look' ? looks.spec.kind : undefined)
      return kind === undefined ? undefined : notFindable(kind, finding, scenario.kinds?.probes)
    },
  }
  return (index) => {
    const before = story.slice(0, index)
    const faults = before.flatMap((step) => (step.does === 'fault' ? [step.name] : []))
    return { ...shared, faults, mayGrow: before.some((step) => 'ready' in step && step.ready.addsServers) }
  }
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
function checksIn({ scenario, variant, checks, story, description }: Questionable, outlook: Outlook): Mistake[] {
  const { kinds = noKinds } = scenario
  const place = checks ? `variants.${variant}.checks` : 'checks'
  return (checks ?? scenario.checks).flatMap((check, index): Mistake[] => {
    const path = `${place}.${index}`
    const asked = checkKindOf(check, kinds.checks)
    if (!description.monitoring && asked?.needs.includes('monitor')) {
      return [{ path, value: check.kind, what: 'this stack has not: monitoring' }]
    }
    const refused = below(path, asked?.refuse(check, outlook) ?? [])
    if (!('step' in check) || typeof check.step !== 'number' || story[check.step]) return refused
    return [{ path: `${path}.step`, value: check.step, what: `the story has ${story.length} steps` }, ...refused]
  })
}
