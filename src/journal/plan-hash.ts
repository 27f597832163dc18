import { createHash } from 'node:crypto'
import type { PlanRecord } from './plan.ts'

/** SHA-256 of a plan, hex: of its values, not of how a file orders or spaces them. */
export function planHashOf(plan: PlanRecord): string {
  return createHash('sha256').update(canonical(plan)).digest('hex')
}

/** JSON with the fields of each object in the order of their names. */
function canonical(value: unknown): string {
  const sorted = (_key: string, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one
  return JSON.stringify(value, sorted)
}
