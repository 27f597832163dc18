import { z } from 'zod'

export const count = z.number().int().nonnegative()
export const ms = z.number()
export const wall = z.iso.datetime()

/** One kind of fact: the fields every fact has, and its own. */
export function fact<K extends string, S extends z.ZodRawShape>(kind: K, fields: S) {
  return z.strictObject({
    kind: z.literal(kind),
    /** Number of the fact, from 1, without gaps. */
    n: z.number().int().positive(),
    /** Monotonic ms since the run started. */
    t: ms,
    /** Wall time. */
    at: wall,
    ...fields,
  })
}
