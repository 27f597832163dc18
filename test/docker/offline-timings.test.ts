import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultFor } from '../../src/faults/index.ts'
import { realClock } from '../../src/kit/clock.ts'
import type { Undo } from '../../src/kit/undo.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { type Timing, timingsOf } from '../../src/stack/timings.ts'
import { executeUndo } from '../../src/stack/undo.ts'
import { fakeScene } from '../support/fake-stack.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

/** One server, so that no failure is hidden by another one and none is put aside: every request tells. */
let shop: RaisedShop
let scene: Scene
const promised: Undo[] = []

beforeAll(async () => {
  shop = await raiseShop({ stack: { web: 1, api: 1, supervised: true } })
  const promise = (undo: Undo) => Promise.resolve(void promised.push(undo))
  scene = { ...fakeScene(), stack: shop.stack, clock: realClock, promise }
})
afterAll(async () => {
  await shop.stack.lower()
})

const many = 12

/** What users get while it is so, having been served before. */
async function timingsWhile(how: 'process' | 'port' | 'container'): Promise<Timing[]> {
  const before = await timingsOf(scene, 'web', many)
  expect(before.map(({ status }) => status)).toEqual(before.map(() => 200))
  const { outcome, evidence } = await faultFor({ kind: 'backend-offline', how, role: 'web' }).inject(scene)
  expect(outcome).toBe('in-force')
  expect(evidence['throughProxy']).toHaveLength(4)
  const during = await timingsOf(scene, 'web', many)
  for (const undo of promised.splice(0).reverse()) {
    expect(await executeUndo(shop.docker, undo, { runId: shop.runId, withinMs: 10_000 })).toMatchObject({ ok: true })
  }
  await expect.poll(async () => (await timingsOf(scene, 'web', 1))[0]?.status, { timeout: 10_000 }).toBe(200)
  expect(during).toHaveLength(many)
  return during
}

const seconds = (timings: readonly Timing[]) => timings.map(({ time }) => time)

describe('a backend that is offline is noticed after', () => {
  test('no time at all when its process is gone: every connection is refused', async () => {
    const timings = await timingsWhile('process')
    expect(timings.map(({ status }) => status)).toEqual(timings.map(() => 502))
    expect(timings.map(({ connectTime }) => connectTime)).toEqual(timings.map(() => '-'))
    expect(Math.max(...seconds(timings))).toBeLessThan(0.3)
  })

  test('no time either when its port is closed, by who needs a new connection: others are served', async () => {
    const timings = await timingsWhile('port')
    const served = timings.filter(({ status }) => status === 200)
    const refused = timings.filter(({ status }) => status === 502)
    expect(served.length).toBeGreaterThan(0)
    expect(served.map(({ connectTime }) => connectTime)).toEqual(served.map(() => '0.000'))
    expect(served.length + refused.length).toBe(many)
    expect(Math.max(...seconds(timings))).toBeLessThan(0.3)
  })

  test("the proxy's connect timeout when its container is gone, or what the kernel needs to find nobody", async () => {
    const timings = await timingsWhile('container')
    expect(timings.map(({ status }) => status)).toEqual(timings.map(() => expect.toBeOneOf([502, 504])))
    expect(timings.map(({ connectTime }) => connectTime)).toEqual(timings.map(() => '-'))
    expect(Math.max(...seconds(timings))).toBeGreaterThan(0.9)
    expect(Math.max(...seconds(timings))).toBeLessThan(1.5)
  })
})
