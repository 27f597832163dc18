import * as z from 'zod/mini'
import { behaviour } from '../behaviour.ts'

const settings = {
  ms: z.int().check(z.positive(), z.lte(60_000)),
  /** Burns that often without being asked, and not with requests. */
  everyMs: z.optional(z.int().check(z.gte(10), z.lte(60_000))),
}

/** Keeps the one thread busy for `ms`, with every request or every so often; whatever comes meanwhile waits. */
export const cpuBurn = behaviour('cpu-burn', settings, {
  act: ({ ms, everyMs }) => {
    if (everyMs === undefined) burn(ms)
    return 'next'
  },
  enter: ({ ms, everyMs }) => {
    if (everyMs === undefined) return () => undefined
    const timer = setInterval(() => burn(ms), everyMs)
    return () => clearInterval(timer)
  },
})

function burn(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}
