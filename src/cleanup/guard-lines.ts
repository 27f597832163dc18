import { z } from 'zod'
import { undo } from '../kit/undo.ts'

/** What the harness says to its guard, one JSON line each. */
export const guardRequest = z.discriminatedUnion('say', [
  z.strictObject({
    say: z.literal('register'),
    seq: z.number(),
    entry: z.strictObject({ id: z.string(), undo, why: z.string() }),
  }),
  z.strictObject({ say: z.literal('done'), seq: z.number(), id: z.string() }),
  z.strictObject({ say: z.literal('clean'), seq: z.number() }),
  /** It lives: said all the time, and not answered. */
  z.strictObject({ say: z.literal('beat') }),
  /** What it asks of the engine: not answered either. */
  z.strictObject({
    say: z.literal('call'),
    kind: z.enum(['container', 'network', 'volume']),
    did: z.enum(['begin', 'made', 'failed', 'removed']),
  }),
])

export type GuardRequest = z.output<typeof guardRequest>

/** What the guard answers. Its first line is number 0: it is ready. */
export const guardAnswer = z.strictObject({ seq: z.number(), ok: z.boolean(), because: z.string() })

export type GuardAnswer = z.output<typeof guardAnswer>

/** A line as one of these, or undefined. */
export function readLine<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}
