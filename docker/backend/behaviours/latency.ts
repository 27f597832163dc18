import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

const ms = z.int().check(z.nonnegative(), z.lte(600_000))

/** Waits before it goes on: `ms`, plus up to `jitterMs` more. */
export const latency = behaviour(
  'latency',
  { ms, jitterMs: z.optional(ms) },
  {
    act: async ({ ms, jitterMs = 0 }) => {
      await sleep(ms + Math.random() * jitterMs)
      return 'next' as const
    },
  },
)
