import { createHash } from 'node:crypto'
import type { PlanRecord } from './plan.ts'

/** SHA-256 of a plan, hex: of its values, not of how a file orders or spaces them. */
export function planHashOf(plan: PlanRecord): string {
  return hashOf(plan)
}

/** The same of anything that JSON can hold. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex')
}

/** JSON with the fields of each object in the order of their names. */
function canonical(value: unknown): string {
  const sorted = (_key: string, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one
  return JSON.stringify(value, sorted)
}
