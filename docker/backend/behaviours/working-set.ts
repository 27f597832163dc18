import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

const mebibyte = 1_048_576
/** Each of these shares of the memory limit is worth one line in the log. */
const warnAt = [0.75, 0.85, 0.95]

// Kept for the life of the process, outside of Node's heap, so that it meets the container's limit.
const held: Buffer[] = []
let heldBytes = 0
let warned = 0

/** The process that keeps it: what it may use, what of that is left, and where it says so. Bytes; limit 0: none. */
export interface Keeper {
  limit(): number
  left(): number
  say(line: { level: 'info' | 'warn'; message: string }): void
}

let keeper: Keeper | undefined

/** From now on what is kept is told to this process. */
export function keepFor(owner: Keeper): void {
  keeper = owner
}

function hold(bytes: number): void {
  // Filled, because the kernel counts a page only once it is written to.
  held.push(Buffer.alloc(bytes, 1))
  heldBytes += bytes
  const limit = keeper?.limit() ?? 0
  const used = limit - (keeper?.left() ?? 0)
  const share = warnAt[warned]
  if (limit === 0 || share === undefined || used < share * limit) return
  warned = warnAt.filter((one) => used >= one * limit).length
  const figures = `${Math.round(used / mebibyte)} of ${Math.round(limit / mebibyte)} MB in use`
  keeper?.say({ level: 'warn', message: `memory: ${figures}, ${Math.round(heldBytes / mebibyte)} MB of them kept` })
}

/**
 * Keeps what it has served, up to so much: a cache, a queue, sessions. What it kept is on disk too, so it is read back
 * in whole before the server says that it is ready: a restart does not make it smaller.
 */
export const workingSet = behaviour(
  'working-set',
  {
    perRequestKb: z._default(z.int().check(z.gte(0), z.lte(65_536)), 0),
    upToMb: z.int().check(z.positive(), z.lte(2_048)),
    atStartMb: z._default(z.int().check(z.gte(0), z.lte(2_048)), 0),
  },
  {
    act: ({ perRequestKb, upToMb }) => {
      const bytes = Math.min(perRequestKb * 1_024, upToMb * mebibyte - heldBytes)
      if (bytes > 0) hold(bytes)
      return 'next'
    },
    enter: ({ atStartMb }) => {
      const message = `reads back what it kept: ${atStartMb} MB`
      if (heldBytes < atStartMb * mebibyte) keeper?.say({ level: 'info', message })
      while (heldBytes < atStartMb * mebibyte) hold(mebibyte)
      return () => undefined
    },
  },
)
