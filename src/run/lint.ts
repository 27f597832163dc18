import { showMs } from '../kit/duration.ts'
import { asJson, type Json } from '../kit/json.ts'
import type { Mistake } from '../kit/outlook.ts'
import { ownOf } from '../kit/own.ts'
import { namesOf, type Scenario } from '../scenario/index.ts'
import { alertsAsked } from './heed-rules.ts'
import { alertsOf, alwaysLoaded, type KnownRules, loadedRules } from './known-rules.ts'
import type { Plan } from './plan.ts'

/** What is valid in a scenario and proves less than it seems to, with its path: of all its variants, each line once. */
export function lintScenario(scenario: Scenario, plans: readonly Plan[], known?: KnownRules): Mistake[] {
  const all = [
    ...plans.flatMap((plan) => [
      ...unseenFaults(scenario, plan),
      ...emptyBounds(scenario, plan),
      ...(known ? unheardAlerts(plan, known) : []),
    ]),
    // Of some variants alone nobody knows what the others use.
    ...(plans.length === Object.keys(scenario.variants).length ? unusedKinds(scenario, plans) : []),
  ]
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]
}

const ownPart = (scenario: Scenario, { record }: Plan, part: 'story' | 'checks') => {
  const { control, variant } = record
  const name = control?.of ?? variant
  return ownOf(scenario.variants, name)?.[part] ? `variants.${name}.${part}` : part
}

/** A fault that is followed by no look, no alert, no recovery, and about which nothing is asked. */
function unseenFaults(scenario: Scenario, plan: Plan): Mistake[] {
  const asked = plan.record.checks.filter(({ kind }) => kind !== 'fault-outcome')
  return plan.story.flatMap((step, at): Mistake[] => {
    if (step.does !== 'fault') return []
    const isAsked = asked.some((check) => typeof check['step'] !== 'number' || check['step'] > at)
    const path = `${ownPart(scenario, plan, 'story')}.${at}.fault`
    return isAsked ? [] : [{ path, value: step.name, what: 'nothing looks at what this fault does: add a check' }]
  })
}

/** Their bounds are shares. */
const shares = ['failed-share', 'failed-with', 'users-affected', 'outage-depth', 'transactions']

/** A budget that no run can miss. */
function emptyBounds(scenario: Scenario, plan: Plan): Mistake[] {
  const place = ownPart(scenario, plan, 'checks')
  const { timeout } = plan.load.users
  const written = ownOf(scenario.variants, plan.record.variant)?.checks ?? scenario.checks
  return written.flatMap((check, at): Mistake[] => {
    const fields = new Map<string, unknown>(Object.entries(check))
    const [atMost, atLeast, atMostMs] = ['atMost', 'atLeast', 'atMostMs'].map((name) => fields.get(name))
    const path = `${place}.${at}`
    const isShare = shares.includes(check.kind) && typeof atMost === 'number'
    if (isShare && atMost >= 1 && !(typeof atLeast === 'number' && atLeast > 0)) {
      return [cannotFail(`${path}.atMost`, atMost, 'it allows everything')]
    }
    const isSlow = check.kind === 'answer-time' && typeof atMostMs === 'number' && atMostMs >= timeout
    return isSlow ? [cannotFail(`${path}.atMostMs`, atMostMs, `no user waits longer than ${showMs(timeout)}`)] : []
  })
}

const cannotFail = (path: string, value: Json, why: string): Mistake => ({
  path,
  value,
  what: `this budget cannot fail: ${why}`,
})

/** An alert that no rule has: nothing will be said of it. */
function unheardAlerts(plan: Plan, known: KnownRules): Mistake[] {
  const alerts = alertsOf(loadedRules({ stack: plan.stack, measures: plan.record.measures }, known))
  return alertsAsked(plan).flatMap(({ alert, where, needed }): Mistake[] => {
    if (!needed || alert === alwaysLoaded || alerts.includes(alert)) return []
    return [{ path: where, value: alert, what: 'no rule has this alert, so nothing will be said of it' }]
  })
}

/** A kind that is brought along and that no variant names; reporters are always asked. */
function unusedKinds(scenario: Scenario, plans: readonly Plan[]): Mistake[] {
  if (!scenario.kinds) return []
  const used = JSON.stringify(asJson(plans.map(({ record: { story, checks } }) => ({ story, checks }))))
  return namesOf(scenario.kinds).flatMap((name): Mistake[] => {
    const [what, kind = ''] = name.split(' ')
    const isUsed = what === 'reporter' || used.includes(`"kind":${JSON.stringify(kind)}`)
    return isUsed ? [] : [{ path: 'kinds', value: name, what: 'no variant uses it' }]
  })
}
