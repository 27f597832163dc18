import { describe, expect, test } from 'vitest'
import { judgeLoadTest, loadTest, loadTestGate } from '../../../../src/deploy/load-test/load-test.ts'
import { findCapacity } from '../../../../src/deploy/load-test/load-test-capacity.ts'
import { memoryOf } from '../../../../src/deploy/vitals.ts'
import type { PressAnswer, PressWish } from '../../../../src/protocol/press.ts'
import { fakeScene } from '../../../support/fake-stack.ts'

const mib = 1_048_576

interface Server {
  /** Bytes that a request leaves behind. */
  leak?: number
  /** Bytes that a request holds while it is open. */
  held?: number
  /** Requests a second it can serve, and how many at once; those beyond fail. */
  perS?: number
  atOnce?: number
  limit?: number
  /** False: its kernel does not say what it uses. */
  told?: boolean
}

/** A scene in which web-1 has memory, a limit, and a life that may end. */
function pressedScene({ leak = 0, held = 0, perS = 100, atOnce = 200, limit = 128 * mib, told = true }: Server) {
  const scene = fakeScene()
  const service = scene.stack.service('web-1')
  const wishes: PressWish[] = []
  let [served, open, dead] = [0, 0, false]
  const bytes = () => 40 * mib + served * leak + open * held
  scene.stack.onPress = (wish): PressAnswer => {
    wishes.push(wish)
    open = wish.connections
    const requests = Math.round(Math.min(perS, wish.connections * 20) * wish.seconds)
    let ok = 0
    for (let one = 0; one < requests && !dead; one += 1) {
      served += 1
      dead = bytes() >= limit
      if (!dead && one % wish.connections < atOnce) ok += 1
    }
    const failed = requests - ok
    const byStatus = { 200: ok, ...(failed > 0 ? { ECONNRESET: failed } : {}) }
    const p99 = wish.connections * 10
    const latencyMs = { p50: 5, p95: 8, p99, max: p99 }
    return { requests, ok, failed, byStatus, latencyMs, tookMs: wish.seconds * 1_000 }
  }
  const { agent } = scene.stack
  const pressNow = agent.press.bind(agent)
  // Open for a while, so that a look in the middle sees what is held.
  agent.press = async (wish) => {
    const answer = await pressNow(wish)
    await scene.clock.sleep(wish.seconds * 1_000)
    open = 0
    return answer
  }
  const memory = () => {
    if (dead) return Promise.reject(new Error('container is not running'))
    return Promise.resolve({ usedBytes: told ? bytes() : null, oomKills: null })
  }
  scene.stack.counted.set('web-1', { memory })
  service.state = () => {
    const still = {
      paused: false,
      restartCount: 0,
      restartPolicy: 'no',
      exitCode: 0,
      memoryLimit: limit,
      swapLimit: 0,
      cpuLimit: { nanoCpus: 0, quota: 0, period: 0 },
    }
    return Promise.resolve({ ...still, running: !dead, startedAt: 'then', oomKilled: dead })
  }
  return { scene, service, wishes }
}

const budgets = { failedShare: 0.01, p99Ms: 1_000, mbPerThousandRequests: 5 }
const wish = { connections: 10, seconds: 6 }

describe('a load test', () => {
  test('of a sound release is within its budgets', async () => {
    const { scene, service, wishes } = pressedScene({})
    const result = await loadTest(scene, service, wish)
    expect(result).toMatchObject({ requests: 600, ok: 600, failedShare: 0, p99Ms: 100, died: false, requestsPerS: 100 })
    expect(result).toMatchObject({ mbPerThousandRequests: 0, limitAfterRequests: null, diedAfterRequests: null })
    expect(wishes).toHaveLength(6)
    expect(wishes[0]).toEqual({ host: 'web-1', port: 8080, path: '/', connections: 10, seconds: 1 })
    const verdict = judgeLoadTest(result, budgets)
    expect(verdict.because).toBe('web-1 under 10 connections: 600 of 600 requests served, 100/s: within all budgets')
    expect(verdict.ok).toBe(true)
  })

  test('finds what every request leaves behind, and where it ends', async () => {
    const { scene, service } = pressedScene({ leak: 50_000 })
    const result = await loadTest(scene, service, wish)
    expect(result.died).toBe(false)
    expect(result.mbPerThousandRequests).toBeCloseTo(50_000_000 / mib, 3)
    expect(result.limitAfterRequests).toBe(Math.round((88 * mib) / 50_000))
    const { ok, because } = judgeLoadTest(result, budgets)
    expect(ok).toBe(false)
    expect(because).toContain('47.7 MB per 1,000 requests, 5 MB allowed; its memory limit is met after ~1845')
  })

  test('of what dies says after how many requests, and presses no longer', async () => {
    const { scene, service, wishes } = pressedScene({ leak: mib })
    const result = await loadTest(scene, service, wish)
    expect(result).toMatchObject({ died: true, oomKilled: true, diedAfterRequests: 87 })
    expect(wishes).toHaveLength(1)
    const { ok, because, evidence } = judgeLoadTest(result, budgets)
    expect(ok).toBe(false)
    expect(because).toContain('the container died; 13 % failed, 1 % allowed after 87 requests, out of memory')
    expect(evidence).toMatchObject({ diedAfterRequests: 87, byStatus: { 200: 87, ECONNRESET: 13 } })
  })

  test('that cannot see the memory does not say that it is well', async () => {
    const { scene, service } = pressedScene({ told: false })
    const result = await loadTest(scene, service, wish)
    expect(result.mbPerThousandRequests).toBeNull()
    expect(judgeLoadTest(result, budgets).because).toContain('how its memory grows is not known')
    const { mbPerThousandRequests: _, ...others } = budgets
    expect(judgeLoadTest(result, others).ok).toBe(true)
  })

  test('is a step of a pipeline: a measure that passes or rejects', async () => {
    const good = pressedScene({})
    const bad = pressedScene({ atOnce: 5 })
    expect(await loadTestGate(good.scene, good.service, wish, budgets)).toMatchObject({ action: 'passed' })
    expect(await loadTestGate(bad.scene, bad.service, wish, budgets)).toMatchObject({
      measure: 'load-test',
      action: 'rejected',
      because: expect.stringContaining('50 % failed, 1 % allowed'),
    })
  })

  test('knows the paths of the shop, and takes others', async () => {
    const { scene, wishes } = pressedScene({})
    await loadTest(scene, scene.stack.service('api-1'), wish)
    await loadTest(scene, scene.stack.service('api-1'), { ...wish, path: '/api/slow', ratePerS: 5 })
    expect(wishes[0]).toMatchObject({ host: 'api-1', path: '/api/products' })
    expect(wishes.at(-1)).toMatchObject({ path: '/api/slow', ratePerS: 5 })
  })
})

describe('the capacity', () => {
  const within = { failedShare: 0.01, p99Ms: 1_000 }

  test('is found by doubling, up to what gives way first', async () => {
    const { scene, service } = pressedScene({ atOnce: 20 })
    const { steps, best, brokeAt, because } = await findCapacity(scene, service, { budgets })
    expect(steps.map(({ connections }) => connections)).toEqual([1, 2, 4, 8, 16, 32])
    expect(best).toEqual({ connections: 8, requestsPerS: 100 })
    expect(brokeAt).toBe(32)
    expect(because).toContain('at 32 connections')
    expect(because).toContain('within them it served at most 100/s, on 8 connections')
  })

  test('by latency too', async () => {
    const { scene, service } = pressedScene({})
    expect(await findCapacity(scene, service, { budgets: { failedShare: 0, p99Ms: 300 } })).toMatchObject({
      brokeAt: 32,
    })
  })

  test('ends at the most, and in its time', async () => {
    const all = pressedScene({})
    const unbroken = await findCapacity(all.scene, all.service, { budgets: { failedShare: 0, p99Ms: 9_999 }, to: 30 })
    expect(unbroken.steps.map(({ connections }) => connections)).toEqual([1, 2, 4, 8, 16, 30])
    expect(unbroken).toMatchObject({ brokeAt: null, because: expect.stringContaining('nothing gave way up to 30') })
    const hurried = await findCapacity(all.scene, all.service, { budgets: within, withinMs: 500 })
    expect(hurried.steps).toHaveLength(1)
    expect(hurried.because).toContain('time was over after 1 connections')
  })

  test('tells how many requests at once the memory holds, before and when it dies of them', async () => {
    const { scene, service } = pressedScene({ held: mib })
    const { memory, died, brokeAt, oomKilled, because } = await findCapacity(scene, service, { budgets: within })
    expect({ died, oomKilled, brokeAt }).toEqual({ died: true, oomKilled: true, brokeAt: 128 })
    expect(memory?.bytesEach).toBeCloseTo(mib, 0)
    expect(memory?.limitAt).toBe(88)
    expect(because).toContain('the container died')
  })
})

test('memory that nobody tells is null', async () => {
  const { scene, service } = pressedScene({ told: false })
  expect(await memoryOf(scene.stack, service)).toBeNull()
})
