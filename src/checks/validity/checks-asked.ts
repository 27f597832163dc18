import { defineGate, inconclusive, pass } from '../check.ts'

export const checksAsked = defineGate({
  kind: 'checks-asked',
  asks: 'Was anything asked of the system at all?',
  judge: ({ plan }) =>
    plan.checks.length > 0
      ? pass(`${plan.checks.length} checks in the plan, every one answered below`)
      : inconclusive('the plan asks nothing, so nothing can be answered'),
})
