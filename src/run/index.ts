export { type Conducted, type ConductOptions, conduct } from './conduct.ts'
export { type PlanOptions, planOf } from './plan.ts'
