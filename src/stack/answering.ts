import { type Clock, pollUntil } from '../kit/clock.ts'
import { ports } from '../protocol/index.ts'
import type { Stack } from './types.ts'

const askLimitMs = 1_000
const lookEveryMs = 100

/**
 * Waits until every web and api server says by itself that it is well, past the proxy. A proxy that asks one too early
 * remembers that nobody answered, and a cache before it keeps that for its users. False: some still did not.
 */
export async function untilAnswering(
  stack: Pick<Stack, 'agent' | 'byRole'>,
  { withinMs, clock, signal }: { withinMs: number; clock: Clock; signal?: AbortSignal },
): Promise<boolean> {
  const look = async () => (await allAnswer(stack)) || undefined
  return (await pollUntil(look, { withinMs, everyMs: lookEveryMs, clock, ...(signal ? { signal } : {}) })) ?? false
}

async function allAnswer({ agent, byRole }: Pick<Stack, 'agent' | 'byRole'>): Promise<boolean> {
  const asked = [...byRole('web'), ...byRole('api')].map(async ({ name }) => {
    const wish = { host: name, port: ports.site, path: '/healthz', timeoutMs: askLimitMs }
    return await agent.forward(wish).then(
      ({ status }) => status === 200,
      () => false,
    )
  })
  return (await Promise.all(asked)).every(Boolean)
}
