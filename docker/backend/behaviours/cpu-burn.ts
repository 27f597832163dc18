import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

/** Keeps the one thread busy for `ms` with every request; every other request waits meanwhile. */
export const cpuBurn = behaviour(
  'cpu-burn',
  { ms: z.int().check(z.positive(), z.lte(60_000)) },
  {
    act: ({ ms }) => {
      const end = performance.now() + ms
      while (performance.now() < end);
      return 'next'
    },
  },
)
