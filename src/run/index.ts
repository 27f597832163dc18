export { type Conducted, type ConductOptions, conduct } from './conduct.ts'
export { faultTime, heedRules } from './heed-rules.ts'
export type { KnownRules } from './known-rules.ts'
export { type Plan, type PlanOptions, planOf, plansOf } from './plan.ts'
