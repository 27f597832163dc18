import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

// Kept for the life of the process: as with a real leak, only a restart gives the memory back.
const leaked: Buffer[] = []

/** Keeps `bytes` of memory with every request, outside of Node's heap, so that it meets the container's limit. */
export const leakPerRequest = behaviour(
  'leak-per-request',
  { bytes: z.int().check(z.positive(), z.lte(256 * 1_048_576)) },
  {
    act: ({ bytes }) => {
      // Filled, because the kernel counts a page only once it is written to.
      leaked.push(Buffer.alloc(bytes, 1))
      return 'next'
    },
  },
)
