import { describe, expect, it } from 'vitest'
import { untilAnswering, untilServing } from '../../../src/deploy/answering.ts'
import { fakeScene } from '../../support/fake-stack.ts'

/** A shop in which one is dead and answers again after so many pauses; how often each host was asked for what. */
function shop(dead: string, pauses: number) {
  const { stack, clock } = fakeScene()
  const asked: string[] = []
  const { forward } = stack.agent
  Object.assign(stack.agent, {
    forward: (wish: Parameters<typeof forward>[0]) => {
      asked.push(`${wish.host}${wish.path}`)
      return forward(wish)
    },
  })
  stack.dead.add(dead)
  let left = pauses
  const wake = () => {
    left -= 1
    if (left === 0) stack.dead.delete(dead)
  }
  const sleep: typeof clock.sleep = (ms, signal) => {
    wake()
    return clock.sleep(ms, signal)
  }
  return { stack, asked, clock: { ...clock, sleep } }
}

describe('a wait for the backends', () => {
  it('asks each of them by itself, past the proxy, and is over when all are well', async () => {
    const { stack, clock, asked } = shop('nobody', 0)
    expect(await untilAnswering(stack, { withinMs: 1_000, clock })).toBe(true)
    expect(asked.sort()).toEqual(['api-1/healthz', 'api-2/healthz', 'web-1/healthz', 'web-2/healthz'])
    expect(clock.now()).toBe(0)
  })

  it('goes on as long as one does not answer', async () => {
    const { stack, clock } = shop('api-2', 3)
    expect(await untilAnswering(stack, { withinMs: 1_000, clock })).toBe(true)
    expect(clock.now()).toBe(300)
  })

  it('takes no longer than it may, and says that one still did not', async () => {
    const { stack, clock } = shop('web-1', Infinity)
    expect(await untilAnswering(stack, { withinMs: 1_000, clock })).toBe(false)
    expect(clock.now()).toBe(1_000)
  })

  it('does not take another answer for a good one', async () => {
    const { stack, clock } = shop('nobody', 0)
    const { forward } = stack.agent
    const busy: typeof forward = async (wish) => {
      const answer = await forward(wish)
      return wish.host === 'web-2' ? { ...answer, status: 503 } : answer
    }
    Object.assign(stack.agent, { forward: busy })
    expect(await untilAnswering(stack, { withinMs: 200, clock })).toBe(false)
  })

  it('ends when nobody waits for it any more', async () => {
    const { stack, clock } = shop('web-1', Infinity)
    const signal = AbortSignal.abort(new Error('interrupted'))
    await expect(untilAnswering(stack, { withinMs: 1_000, clock, signal })).rejects.toThrow('interrupted')
  })
})

describe('a wait for the pages', () => {
  it('is over with the first look at which all are served', async () => {
    const { stack, clock, asked } = shop('nobody', 0)
    const health = await untilServing(stack, stack.proxy(), { withinMs: 1_000, clock })
    expect(health).toEqual({ healthy: true, because: '6 of 6 requests served' })
    expect([asked.length, clock.now()]).toEqual([6, 0])
  })

  it('looks again until they are', async () => {
    const { stack, clock } = shop('database', 2)
    const health = await untilServing(stack, stack.proxy(), { withinMs: 1_000, clock })
    expect([health.healthy, clock.now()]).toEqual([true, 400])
  })

  it('takes no longer than it may, and says what it saw last', async () => {
    const { stack, clock } = shop('database', Infinity)
    const health = await untilServing(stack, stack.proxy(), { withinMs: 1_000, clock })
    expect(health).toEqual({ healthy: false, because: '3 of 6 requests failed: 503 for /api/products' })
    expect(clock.now()).toBe(1_000)
  })
})
