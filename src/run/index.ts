export { type Conducted, type ConductOptions, conduct } from './conduct.ts'
export { heedRules, type KnownRules, rulesOfPlan } from './heed-rules.ts'
export { type PlanOptions, planOf } from './plan.ts'
