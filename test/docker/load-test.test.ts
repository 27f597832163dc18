// @group full 70s
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judgeLoadTest, loadTest, loadTestGate, type Place } from '../../src/deploy/load-test/load-test.ts'
import { findCapacity } from '../../src/deploy/load-test/load-test-capacity.ts'
import { realClock } from '../../src/kit/clock.ts'
import { ports } from '../../src/protocol/ports.ts'
import type { Stack } from '../../src/stack/types.ts'
import { patience } from '../support/machine.ts'
import { raiseShop } from '../support/shop.ts'

const budgets = { failedShare: 0.01, p99Ms: patience(1_000), mbPerThousandRequests: 5 }
const mib = 1_048_576

let stack: Stack
let scene: Place

beforeAll(async () => {
  const shop = await raiseShop()
  stack = shop.stack
  scene = { stack, clock: realClock, signal: new AbortController().signal }
})
afterAll(async () => {
  await stack.tearDown()
})

async function behave(host: string, body: Record<string, Record<string, number>>): Promise<void> {
  const control = { host, port: ports.backendControl, path: '/behaviour', method: 'PUT' as const }
  expect((await stack.agent.forward({ ...control, body })).status).toBe(200)
}

test('the agent presses from inside, and metrics are told meanwhile', async () => {
  const target = { host: 'proxy', port: ports.site, path: '/' }
  let isOver = false
  const pressing = stack.agent.press({ ...target, connections: 100, seconds: 3 }).finally(() => {
    isOver = true
  })
  for (let look = 0; look < 3; look += 1) {
    const { status } = await stack.agent.forward({ host: 'agent', port: ports.agentMetrics, path: '/metrics' })
    expect([status, isOver]).toEqual([200, false])
  }
  const { requests, ok, byStatus, latencyMs } = await pressing
  expect({ ok, byStatus }).toEqual({ ok: requests, byStatus: { 200: requests } })
  expect(requests).toBeGreaterThan(100)
  expect(latencyMs?.p99).toBeGreaterThan(latencyMs?.p50 ?? Number.POSITIVE_INFINITY)
})

test('a sound release passes; one that leaks is rejected, and its end is foretold before it comes', async () => {
  const sound = await loadTestGate(
    scene,
    stack.service('api-1'),
    { connections: 5, seconds: 6, ratePerS: 200 },
    budgets,
  )
  expect(sound, sound.because).toMatchObject({ action: 'passed' })
  const leaky = stack.service('web-2')
  await behave(leaky.name, { 'leak-per-request': { bytes: 50_000 } })
  const foretold = await loadTest(scene, leaky, { connections: 5, seconds: 6, ratePerS: 100 })
  expect(foretold.died).toBe(false)
  const { ok, because } = judgeLoadTest(foretold, budgets)
  expect(ok).toBe(false)
  expect(because).toContain('MB per 1,000 requests, 5 MB allowed')
  const real = await loadTest(scene, leaky, {
    connections: 5,
    seconds: Math.round(patience(8_000) / 1_000),
    timeoutMs: 500,
  })
  expect(real).toMatchObject({ died: true, oomKilled: true })
  const served = foretold.ok + (real.diedAfterRequests ?? 0)
  const limitAt = foretold.limitAfterRequests ?? 0
  expect(limitAt / served).toBeGreaterThan(0.6)
  expect(limitAt / served).toBeLessThan(1.4)
})

test('the capacity is what holds within the budgets, and memory is told beside it', async () => {
  await behave('web-1', { capacity: { concurrent: 8, ms: 20, queue: 0 } })
  const wish = { budgets, to: 64, secondsEach: 2 }
  const { steps, best, brokeAt, died, because } = await findCapacity(scene, stack.service('web-1'), wish)
  expect({ brokeAt, died, connections: best?.connections }, because).toEqual({
    brokeAt: 16,
    died: false,
    connections: 8,
  })
  // 8 at once, each 20 ms, are 400 a second at most.
  expect(best?.requestsPerS).toBeGreaterThan(50)
  expect(best?.requestsPerS).toBeLessThanOrEqual(401)
  for (const { peakBytes } of steps) expect(peakBytes).toBeGreaterThan(10 * mib)
})
