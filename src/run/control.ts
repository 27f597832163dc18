import type { PlanRecord } from '../journal/index.ts'
import { minutesBetween } from '../kit/clock-time.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { type Scenario, type Step, type Variant, withoutTimes, withTimes } from '../scenario/index.ts'

export interface Resolved {
  variant: Variant
  control: PlanRecord['control']
}

/** The variant with a story of its own: for a control that of another one, without the remedy and what came of it. */
export function resolveVariant(scenario: Scenario, name: string): Resolved {
  const variant = variantOf(scenario, name)
  if (!variant.control) return { variant, control: null }
  const refuse = (what: string, hint: string): never => {
    throw new BadgatewayError('SCENARIO_INVALID', `variants.${name}.control: ${what}`, hint)
  }
  if (variant.story || variant.measures.length > 0 || Object.keys(variant.stack).length > 0) {
    refuse('it has a story, measures or a stack of its own', 'A control is another variant without one remedy.')
  }
  const of = variant.control.of ?? tellsTheStory(scenario)
  const base = ownVariant(scenario, of ?? '')
  if (!of || !base || base.control) {
    return refuse(`there is no variant '${of ?? ''}' with a story`, 'Name it in control.of.')
  }
  const { without } = variant.control
  const end = variant.end ?? base.end ?? scenario.clock.end
  const story = withTimes(base.story ?? scenario.story, scenario.clock.start)
  const at = story.findIndex((step) => step.remedy !== undefined && step.as === without)
  const removed = story[at]
  if (!removed) return refuse(`no remedy of variant '${of}' is called '${without}'`, "Name a step's `as`.")
  if (minutesBetween(removed.at, end) <= 0) return refuse('it ends before the remedy is due', 'Choose a later `end`.')
  const steps: Step[] = [...story.slice(0, at), ...story.slice(at + 1).filter(staysIn)]
    .filter((step) => minutesBetween(step.at, end) >= 0)
    .map(withoutTimes)
    .map(withoutResolve)
  const stays = removed.expect !== 'heals by itself'
  const question = { kind: 'outage-stays' as const, step: steps.length, without, stays }
  steps.push({ at: end, note: `Without ${without}: is the outage still there?` })
  const { measures, stack } = base
  const checks = [...(variant.checks ?? []), question]
  return { variant: { ...variant, measures, stack, end, story: steps, checks }, control: { without, of } }
}

/** Only what the scenario itself says: every object has a `constructor`. */
function ownVariant({ variants }: Scenario, name: string): Variant | undefined {
  return Object.hasOwn(variants, name) ? variants[name] : undefined
}

export function variantOf(scenario: Scenario, name: string): Variant {
  const found = ownVariant(scenario, name)
  if (found) return found
  const known = Object.keys(scenario.variants)
  const hint = `${didYouMean(name, known)}It has: ${known.join(', ')}`
  throw new BadgatewayError('SCENARIO_UNKNOWN', `${scenario.name} has no variant '${name}'`, hint)
}

/** The first variant that tells the scenario's own story. */
function tellsTheStory({ variants }: Scenario): string | undefined {
  return Object.entries(variants).find(([, { story, control }]) => !story && !control)?.[0]
}

/** What would end the outage all the same, or ask whether it has ended, has no place in a control. */
function staysIn({ recovered, remedy, expect = 'cures' }: Pick<Step, 'recovered' | 'remedy' | 'expect'>): boolean {
  return recovered === undefined && !(remedy && (expect === 'cures' || expect === 'prevents'))
}

function withoutResolve({ resolvesWithin: _, ...step }: Step): Step {
  return step
}
