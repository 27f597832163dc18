import type { Verdict } from '../../checks/index.ts'
import { counted } from '../../kit/figures.ts'

/** Alerts that could not have fired, by name and with the reason; empty: there was none, or no observation was made. */
export function deadRulesSentence({ deadRules = [] }: Verdict): string {
  if (deadRules.length === 0) return ''
  const named = deadRules.map(({ because }) => because).join('; ')
  return `${counted(deadRules.length, 'dead rule')}, without a sample all through the story: ${named}.`
}
