import { type Clock, pollUntil } from '../kit/clock.ts'
import type { Stack } from './types.ts'

const askLimitMs = 1_000
const lookEveryMs = 100

/**
 * Waits until every server behind the proxy says by itself that it is well. A proxy that asks one too early remembers
 * that nobody answered, and a cache before it keeps that for its users. False: some still did not.
 */
export async function untilAnswering(
  stack: Pick<Stack, 'servers'>,
  { withinMs, clock, signal }: { withinMs: number; clock: Clock; signal?: AbortSignal },
): Promise<boolean> {
  const look = async () => (await allAnswer(stack)) || undefined
  return (await pollUntil(look, { withinMs, everyMs: lookEveryMs, clock, ...(signal ? { signal } : {}) })) ?? false
}

async function allAnswer({ servers }: Pick<Stack, 'servers'>): Promise<boolean> {
  const well = await Promise.all(servers().map((server) => server.healthy({ timeoutMs: askLimitMs })))
  return well.every(Boolean)
}
