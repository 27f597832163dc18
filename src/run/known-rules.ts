import { nearestOf } from '../kit/near-miss.ts'
import type { Outlook } from '../kit/outlook.ts'
import type { Rule } from '../rules/index.ts'
import { askedStack, type StackSpec } from '../scenario/index.ts'

/** Its rule lies beside the others, and is there whatever is loaded. */
export const alwaysLoaded = 'Watchdog'

/** Every rule there is to be loaded: ours, or somebody's own in their place. */
export interface KnownRules {
  readonly own: boolean
  readonly rules: readonly Rule[]
}

interface Raised {
  readonly stack: StackSpec
  readonly measures: readonly string[]
}

/** Those that are loaded with a variant's measures; of somebody's own all are. */
export function loadedRules({ stack, measures }: Raised, { own, rules }: KnownRules): Rule[] {
  const { withoutRules } = askedStack(stack, measures)
  return rules.filter(({ file }) => own || !withoutRules.includes(file))
}

/** Names of the alerts among them. */
export function alertsOf(rules: readonly Rule[]): string[] {
  return [...new Set(rules.filter(({ kind }) => kind === 'alert').map(({ name }) => name))]
}

/**
 * Why nothing will be said of an alert. Of ours, one that no rule has is a mistake; of somebody's own, only one that is
 * written almost so: the scenario may have been written for other rules.
 */
export function unheardBy(raised: Raised, known: KnownRules): Outlook['unheard'] {
  const loaded = alertsOf(loadedRules(raised, known))
  const everywhere = [...new Set(known.rules.map(({ name }) => name))]
  return (alert, mustBe) => {
    if (alert === alwaysLoaded || loaded.includes(alert)) return undefined
    const isElsewhere = everywhere.includes(alert)
    const meant = nearestOf(alert, everywhere)
    if (known.own ? meant === undefined : isElsewhere && mustBe === 'written') return undefined
    if (isElsewhere) return `the rule '${alert}' is not loaded in this variant`
    return `there is no rule '${alert}'${meant === undefined ? '' : `; did you mean ${meant}?`}`
  }
}
