import { hereOf, impossibleIn, type RuleSet, tooSlowFor } from '../rules/index.ts'
import { measuredOf, type StackDescription } from '../stack/index.ts'

/** What rules will not tell of a stack while a fault is held for so long, known before anything is broken. */
export function deafRules({ rules, leftOut }: RuleSet, description: StackDescription, holdMs: number): string[] {
  const here = hereOf(measuredOf(description))
  return [...leftOut, ...impossibleIn(rules, here), ...tooSlowFor(holdMs, rules, here)]
}
