import { type Clock, pollUntil } from '../kit/clock.ts'
import type { ProxyService, Stack } from '../stack/index.ts'
import { healthOf } from './health.ts'

const askLimitMs = 1_000
const lookEveryMs = 100
/** A look at the pages is six requests. */
const lookAtPagesEveryMs = 200

interface Limits {
  readonly withinMs: number
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/**
 * Waits until every server behind the proxy says by itself that it is well. A proxy that asks one too early
 * remembers that nobody answered, and a cache before it keeps that for its users. False: some still did not.
 */
export async function untilAnswering(stack: Pick<Stack, 'servers'>, limits: Limits): Promise<boolean> {
  const all = { look: () => allAnswer(stack), isWell: (answer: boolean) => answer, everyMs: lookEveryMs }
  return await lookUntil(all, limits)
}

/** Waits until a proxy serves the shop's pages again, and says how it is then. */
export async function untilServing(stack: Stack, proxy: ProxyService, limits: Limits): ReturnType<typeof healthOf> {
  const look = () => healthOf({ stack }, proxy)
  return await lookUntil({ look, isWell: ({ healthy }) => healthy, everyMs: lookAtPagesEveryMs }, limits)
}

/** Looks until it is well or the time is over; what the last look saw. */
async function lookUntil<T>(
  { look, isWell, everyMs }: { look: () => Promise<T>; isWell: (seen: T) => boolean; everyMs: number },
  limits: Limits,
): Promise<T> {
  const well = async () => {
    const seen = await look()
    return isWell(seen) ? { seen } : undefined
  }
  const found = await pollUntil(well, { ...limits, everyMs })
  return found ? found.seen : await look()
}

async function allAnswer({ servers }: Pick<Stack, 'servers'>): Promise<boolean> {
  const well = await Promise.all(servers().map((server) => server.healthy({ timeoutMs: askLimitMs })))
  return well.every(Boolean)
}
