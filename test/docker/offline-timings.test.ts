// @group full-exact 60s
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executeUndo } from '../../src/cleanup/undo.ts'
import { type Timing, timingsOf } from '../../src/deploy/proxy/timings.ts'
import type { FaultSpec } from '../../src/faults/index.ts'
import { realClock } from '../../src/kit/clock.ts'
import type { Undo } from '../../src/kit/undo.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { fakeScene } from '../support/fake-stack.ts'
import { patience } from '../support/machine.ts'
import { faultFor } from '../support/made-kinds.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

/** One web server, so that no failure is hidden by another one and none is put aside: every request tells. */
let shop: RaisedShop
let scene: Scene
const promised: Undo[] = []

beforeAll(async () => {
  // Slow enough that requests at once need connections of their own, and new ones are among them.
  const behaviour = { web: { latency: { ms: 60 } } }
  shop = await raiseShop({ stack: { web: 1, api: 2, supervised: true, behaviour } })
  const registerUndo = (undo: Undo) => Promise.resolve(void promised.push(undo))
  scene = { ...fakeScene(), stack: shop.stack, clock: realClock, registerUndo }
})
afterAll(async () => {
  await shop.stack.tearDown()
})

const few = 4
const many = 12
/** Less than the connect timeout of 1 s: nothing else would explain it. */
const atOnce = 0.9

/** What users get while it is so, having been served before. */
async function timingsWhile(fault: FaultSpec, role: 'web' | 'api' = 'web'): Promise<Timing[]> {
  // Fewer than come later: those need connections that are not there yet.
  const before = await timingsOf(scene, role, few)
  expect(before.map(({ status }) => status)).toEqual(before.map(() => 200))
  expect((await faultFor(fault).inject(scene)).outcome).toBe('in-force')
  const during = await timingsOf(scene, role, 3 * many)
  for (const undo of promised.splice(0).reverse()) {
    expect(await executeUndo(shop.docker, undo, { runId: shop.runId, withinMs: patience(10_000) })).toMatchObject({
      ok: true,
    })
  }
  // Forgets who was put aside.
  await shop.stack.service('proxy').signal('HUP')
  await expect.poll(async () => (await timingsOf(scene, role, 1))[0]?.status).toBe(200)
  expect(during).toHaveLength(3 * many)
  return during
}

const offline = (how: 'process' | 'port' | 'container'): FaultSpec => ({ kind: 'backend-offline', how, role: 'web' })
const seconds = (timings: readonly Timing[]) => timings.map(({ time }) => time)

describe('a backend that is offline is noticed after', () => {
  test('no time at all when its process is gone: every connection is refused', async () => {
    const timings = await timingsWhile(offline('process'))
    expect(timings.map(({ status }) => status)).toEqual(timings.map(() => 502))
    expect(timings.map(({ connectTime }) => connectTime)).toEqual(timings.map(() => '-'))
    expect(Math.max(...seconds(timings))).toBeLessThan(atOnce)
  })

  test('no time either when its port is closed, by who needs a new connection: others are served', async () => {
    const timings = await timingsWhile(offline('port'))
    const served = timings.filter(({ status }) => status === 200)
    const refused = timings.filter(({ status }) => status === 502)
    expect(served.length).toBeGreaterThan(0)
    expect(served.map(({ connectTime }) => connectTime)).toEqual(served.map(() => '0.000'))
    expect(served.length + refused.length).toBe(3 * many)
    expect(Math.max(...seconds(timings))).toBeLessThan(atOnce)
  })

  test("the proxy's connect timeout when its container is gone, or what the kernel needs to find nobody", async () => {
    const timings = await timingsWhile(offline('container'))
    expect(timings.map(({ status }) => status)).toEqual(timings.map(() => expect.toBeOneOf([502, 504])))
    expect(timings.map(({ connectTime }) => connectTime)).toEqual(timings.map(() => '-'))
    expect(Math.max(...seconds(timings))).toBeGreaterThan(atOnce)
    expect(Math.max(...seconds(timings))).toBeLessThan(1.9)
  })
})

describe('a server that is there, and cannot be used, is noticed', () => {
  test('by who needs a new connection when a packet filter drops those, after the connect timeout', async () => {
    const filter = { kind: 'packet-filter', how: 'drop-new', at: 'servers', role: 'web' } as const
    const timings = await timingsWhile(filter)
    const served = timings.filter(({ status }) => status === 200)
    const late = timings.filter(({ status }) => status === 504)
    expect([served.length > 0, late.length > 0, served.length + late.length]).toEqual([true, true, 3 * many])
    expect(Math.max(...seconds(served))).toBeLessThan(atOnce)
    expect(Math.min(...seconds(late))).toBeGreaterThan(atOnce)
  })

  test('after the read timeout, and told as a 502 when there is nobody else to ask', async () => {
    const timings = await timingsWhile({ kind: 'masked-timeout', role: 'api' }, 'api')
    expect(timings.map(({ status }) => status)).toEqual(timings.map(() => expect.toBeOneOf([502, 504])))
    const masked = timings.filter(({ upstreamStatus }) => upstreamStatus.endsWith('504, 502'))
    expect(masked.map(({ status }) => status)).toEqual(masked.map(() => 502))
    expect(masked.length).toBeGreaterThan(0)
    expect(Math.max(...seconds(timings))).toBeGreaterThan(3.9)
  })
})
