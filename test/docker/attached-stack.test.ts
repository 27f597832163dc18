// @group stack 80s
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { interposerWhat } from '../../src/protocol/index.ts'
import { replaceService } from '../../src/stack/replace.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { type AnyStack, faultsAreWitnessed, remediesAfter, servedAt } from '../support/contract/any-stack.ts'
import type { Ground } from '../support/contract/ground.ts'
import { realGround } from '../support/contract/real-ground.ts'
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
const resets = interposerWhat.parse({ deed: { does: 'reset', at: 'accept' } })
const any: AnyStack = { ground: () => ground, page: '/items/7' }
const served = (scene: Scene) => servedAt(scene, any.page)

test('the proxy tells its release, and nothing that was asked for is lacking', async () => {
  const { stack } = stranger
  const proxy = stack.proxy()
  expect(stack.lacking).toEqual(new Set())
  expect(stack.servers().map(({ name, host }) => [name, host])).toEqual([
    ['items-1', 'items-1'],
    ['items-2', 'items-2'],
  ])
  const { port = 0, release = '' } = proxy.instrumented ?? {}
  expect((await proxy.ask(release, { port })).body.trim()).toBe('good')
  expect(await served(ground.scene())).toBe('status 200')
})

faultsAreWitnessed(any, [
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
  [{ kind: 'interpose', role, what: resets, expiresAfter: 600_000 }, /./, 'status 502'],
  [
    { kind: 'backend-offline', how: 'container', role, servers: [1] },
    /^items-1: (EHOSTUNREACH|ETIMEDOUT)/,
    'status 200',
  ],
])

remediesAfter({ kind: 'wrong-upstream', upstreams: [role] }, any, [
  [{ kind: 'restart-service', service: 'edge' }, /^edge was down and up again/, 'status 502'],
  [{ kind: 'correct-config', activate: 'reload' }, /2 upstream servers corrected .*reload/, 'status 200'],
  [{ kind: 'correct-config', activate: 'restart' }, /2 upstream servers corrected .*restart/, 'status 200'],
])

test('servers that come back on other addresses are found there', async () => {
  const { stack } = stranger
  const last = ({ address }: { address: string }) => Number(address.split('.').at(-1))
  const [low, high] = stack.servers().toSorted((a, b) => last(a) - last(b))
  const before = [low?.address, high?.address]
  await low?.stop()
  await high?.stop()
  // The engine gives the lowest that is free.
  await high?.start()
  await low?.start()
  expect([high?.address, low?.address]).toEqual(before)
  for (const one of stack.servers()) {
    expect((await one.ask('/items/7', { byAddress: true })).body).toContain(`"name":"${one.name}"`)
    expect((await one.ask('/items/7')).body).toContain(`"name":"${one.name}"`)
  }
  // The proxy has resolved their names before.
  await stack.refresh()
  await expect.poll(() => served(ground.scene())).toBe('status 200')
})

test('a service is replaced by the same once more, and the undo brings the old one back', async () => {
  const scene = ground.scene()
  const { stack } = scene
  const before = [stack.service('items-1').containerId, stack.service('edge').containerId]
  const made = await replaceService(scene, 'items-1', { env: { NAME: 'another' } })
  expect((await stack.servers()[0]?.ask('/items/7'))?.body).toContain('"name":"another"')
  expect(await stack.drift('items-1')).toEqual(["NAME is 'another', specified items-1"])
  expect(await replaceService(scene, 'edge', {})).toMatchObject({ name: 'edge' })
  expect(await stack.drift('edge')).toEqual([])
  const { instrumented, ask } = stack.proxy()
  expect((await ask(instrumented?.release ?? '', { port: instrumented?.port ?? 0 })).body.trim()).toBe('good')
  await expect.poll(() => fetch(`${stack.entry}/items/7`).then(({ status }) => status)).toBe(200)
  await ground.undoAll()
  expect(made.containerId).not.toBe(before[0])
  expect([stack.service('items-1').containerId, stack.service('edge').containerId]).toEqual(before)
})

test('a service that is to be elsewhere has another address, and nobody stays at the old one', async () => {
  const scene = ground.scene()
  const { stack } = scene
  const { address: was } = stack.service('items-1')
  const { address: is } = await replaceService(scene, 'items-1', { elsewhere: true })
  expect(is).not.toBe(was)
  expect((await stack.agent.reach({ host: was, port: 3_000, timeoutMs: 800 })).reachable).toBe(false)
  expect((await stack.servers()[0]?.ask('/items/7', { byAddress: true }))?.status).toBe(200)
  await ground.undoAll()
  expect(stack.service('items-1').address).toBe(was)
})

test('nothing joins it, and nothing is taken away from it', async () => {
  const { stack } = stranger
  await expect(stack.addBackend(role, 3)).rejects.toThrow('Nothing can join this stack')
  await expect(stack.remove('store')).rejects.toThrow('store is not removed')
})

test('where its image makes the site of a template at each start, it is heard after a restart too', async () => {
  const templated = await raiseStranger({ isTemplated: true })
  const { stack } = templated
  try {
    expect(stack.lacking).toEqual(new Set())
    const { instrumented, ask, reload, restart } = stack.proxy()
    const release = async () => (await ask(instrumented?.release ?? '', { port: instrumented?.port ?? 0 })).body.trim()
    const heard = new Set<string>()
    const lines = new AbortController()
    stack.streams.logs(({ text }) => heard.add(/"id":"(told-\w+)"/.exec(text)?.[1] ?? ''), lines.signal)
    const ids = async (id: string) => {
      await ask('/items/7', { headers: { 'x-request-id': id } })
      return heard.has(id)
    }
    // Its first process is a shell, which hears no HUP.
    expect(reload).toContain('reload')
    expect(await release()).toBe('good')
    await expect.poll(() => ids('told-before')).toBe(true)
    await restart()
    expect(await release()).toBe('good')
    await expect.poll(() => ids('told-after')).toBe(true)
    lines.abort()
  } finally {
    await stack.tearDown()
  }
})
