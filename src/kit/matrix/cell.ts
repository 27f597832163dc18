import { z } from 'zod'
import { handling } from './handling.ts'

const ms = z.number().nonnegative()

/** What a cell may cost its users; absent: it is told and nobody is held to it. */
export const budget = z.strictObject({
  /** Share of the requests during the fault that may fail, 0 to 1. */
  failedAtMost: z.number().min(0).max(1).optional(),
  /** From the end of the fault until users are served well again. */
  recoveredWithinMs: ms.optional(),
  /** From the first failed request until somebody is told. */
  alertWithinMs: ms.optional(),
  /** What 95 of 100 requests wait at most in any second of the fault. */
  p95AtMostMs: ms.optional(),
})
export type Budget = z.output<typeof budget>

/** One mode at one target, as a plan keeps it: with the journal all that its row of the matrix is made from. */
export const plannedCell = z.strictObject({
  /** `refuse/api-1`. */
  name: z.string(),
  mode: z.string(),
  /** What is broken, in one sentence. */
  about: z.string(),
  outcome: z.string(),
  /** Remedy of the user's that is played in place of the end of the fault; absent: none. */
  remedy: z.string().optional(),
  target: z.string(),
  kind: z.enum(['server', 'group', 'dependency', 'proxy', 'lookup']),
  /** Its services. */
  services: z.array(z.string()),
  /** The group that it is, or belongs to; null: none. */
  group: z.string().nullable(),
  /** Servers of that group that stay well. */
  wellBeside: z.int().nonnegative(),
  holdMs: ms,
  /** It is held for so long because the proxy waits for this timeout of its own; null: it waits for none. */
  waits: z.strictObject({ for: z.enum(['connect', 'read']), ms }).nullable(),
  /** What the proxy does about the group; null: not known. */
  handling: handling.nullable(),
  budget,
  /** Its traffic has requests that change something. */
  writes: z.boolean(),
})
export type PlannedCell = z.output<typeof plannedCell>
