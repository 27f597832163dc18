// @group stack 80s
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { FaultSpec } from '../../src/faults/index.ts'
import { interposerWhat } from '../../src/protocol/index.ts'
import type { RemedySpec } from '../../src/remedies/index.ts'
import type { Scene } from '../../src/stack/scene.ts'
import type { Ground } from '../support/contract/ground.ts'
import { realGround } from '../support/contract/real-ground.ts'
import { faultFor, remedyFor } from '../support/made-kinds.ts'
import { raiseStranger } from '../support/stranger.ts'

let stranger: Awaited<ReturnType<typeof raiseStranger>>
let ground: Ground

beforeAll(async () => {
  stranger = await raiseStranger()
  ground = realGround(stranger, await stranger.stack.snapshot())
})
afterEach(() => ground.undoAll())
afterAll(() => stranger?.stack.tearDown())

const role = 'items'
const served = async ({ stack }: Scene) => (await stack.proxy().ask('/items/7')).because

test('the proxy tells its release, and nothing that was asked for is lacking', async () => {
  const { stack } = stranger
  const proxy = stack.proxy()
  expect(stack.lacking).toBeUndefined()
  expect(stack.servers().map(({ name, host }) => [name, host])).toEqual([
    ['items-1', 'items-1'],
    ['items-2', 'items-2'],
  ])
  const { port = 0, release = '' } = proxy.instrumented ?? {}
  expect((await proxy.ask(release, { port })).body.trim()).toBe('good')
  expect(await served(ground.scene())).toBe('status 200')
})

test.each<[FaultSpec, RegExp, string]>([
  [{ kind: 'wrong-upstream', upstreams: [role] }, /2 of 2 backends answer 200 directly/, 'status 502'],
  [
    { kind: 'packet-filter', how: 'reject', at: 'servers', role },
    /items-1 listens, and answers ECONNREFUSED/,
    'status 502',
  ],
  [
    { kind: 'packet-filter', how: 'drop', at: 'proxy', role, servers: [2] },
    /^items-2 listens, and answers ETIMEDOUT/,
    'status 200',
  ],
  [{ kind: 'interpose', role, what: interposerWhat.parse({ deed: { does: 'reset', at: 'accept' } }) }, /./, 'status 502'],
  [
    { kind: 'backend-offline', how: 'container', role, servers: [1] },
    /^items-1: (EHOSTUNREACH|ETIMEDOUT)/,
    'status 200',
  ],
])('%j is witnessed only while it is in force, and its undo ends it', async (spec, observation, answer) => {
  const scene = ground.scene()
  const { inject, witness } = faultFor(spec)
  expect(await witness.see(scene)).toMatchObject({ present: false })
  const { outcome, because } = await inject(scene)
  expect({ outcome, because }).toMatchObject({ outcome: 'in-force' })
  await expect
    .poll(() => witness.see(scene))
    .toMatchObject({ present: true, because: expect.stringMatching(observation) })
  await expect.poll(() => served(scene)).toBe(answer)
  await ground.undoAll()
  await expect.poll(() => witness.see(ground.scene())).toMatchObject({ present: false })
  await expect.poll(() => served(ground.scene())).toBe('status 200')
})

test.each<[RemedySpec, RegExp, string]>([
  [{ kind: 'restart-service', service: 'edge' }, /^edge was down and up again/, 'status 502'],
  [{ kind: 'correct-config', activate: 'reload' }, /2 upstream servers corrected .*reload/, 'status 200'],
  [{ kind: 'correct-config', activate: 'restart' }, /2 upstream servers corrected .*restart/, 'status 200'],
])('after a wrong upstream %j does what it says', async (spec, said, answer) => {
  const scene = ground.scene()
  const { inject, witness } = faultFor({ kind: 'wrong-upstream', upstreams: [role] })
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force' })
  const { ok, changed, because } = await remedyFor(spec).apply(scene)
  expect({ ok, changed, because }).toEqual({ ok: true, changed: true, because: expect.stringMatching(said) })
  await expect.poll(() => served(scene)).toBe(answer)
  expect((await witness.see(scene)).present).toBe(answer !== 'status 200')
  await ground.undoAll()
  await expect.poll(() => served(ground.scene())).toBe('status 200')
})

test('a server that is started again after another one has its address is found at its new one', async () => {
  const { stack } = stranger
  const [first, second] = stack.servers()
  const before = [first?.address, second?.address]
  await first?.stop()
  await second?.stop()
  await second?.start()
  await first?.start()
  expect([second?.address, first?.address]).toEqual(before)
  expect([stack.service('items-2').address, stack.service('items-1').address]).toEqual(before)
  for (const one of stack.servers()) expect((await one.ask('/items/7')).body).toContain(`"name":"${one.name}"`)
  const answers = stack.servers().map((one) => one.ask('/items/7', { byAddress: true }))
  expect((await Promise.all(answers)).map(({ body }) => /"name":"(.*?)"/.exec(body)?.[1])).toEqual(['items-1', 'items-2'])
  // Nginx knows them by their addresses of before, which changed hands.
  await stack.proxy().signal('HUP')
})
