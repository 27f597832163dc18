// @group stack 30s
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { executeUndo } from '../../src/cleanup/undo.ts'
import { realClock } from '../../src/kit/clock.ts'
import type { Undo } from '../../src/kit/undo.ts'
import { releaseHistory } from '../../src/stack/release-history.ts'
import { replaceService } from '../../src/stack/replace.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { differencesBetween } from '../../src/stack/snapshot/snapshot-differences.ts'
import { patience } from '../support/machine.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

const mebi = 2 ** 20

describe('the verbs of a service, on a real shop', () => {
  let shop: RaisedShop
  const promised: Undo[] = []
  const forward = (host: string, path: string, port = 8080) =>
    shop.stack.agent.forward({ host, port, path, timeoutMs: 1_000 })
  const statusOf = (host: string, path = '/healthz') =>
    forward(host, path).then(
      ({ status }) => String(status),
      () => 'no answer',
    )
  const scene = (): Scene => ({
    stack: shop.stack,
    measures: new Set(),
    clock: realClock,
    signal: new AbortController().signal,
    releases: releaseHistory(),
    surge: () => Promise.reject(new Error('there are no users here')),
    endFault: () => Promise.resolve(undefined),
    registerUndo: (undo) => Promise.resolve(void promised.push(undo)),
  })
  const undoAll = async () => {
    for (const undo of promised.splice(0).reverse()) {
      const told = await executeUndo(shop.docker, undo, { runId: shop.runId, withinMs: patience(10_000) })
      expect(told).toMatchObject({ ok: true })
    }
    await shop.stack.refresh()
  }

  beforeAll(async () => {
    shop = await raiseShop({ stack: { web: 2, api: 1 }, measures: ['staging-parity'] })
  })
  afterAll(async () => {
    await shop.stack.tearDown()
  })

  test('one that is stopped answers nobody, and has its address again when it is started', async () => {
    const web = shop.stack.service('web-1')
    await web.stop()
    await web.stop()
    expect(await statusOf('web-1')).toBe('no answer')
    expect(await web.state()).toMatchObject({ running: false, oomKilled: false })
    await web.start()
    await expect.poll(() => statusOf(web.address)).toBe('200')
    await expect.poll(() => statusOf('web-1')).toBe('200')
  })

  test('one that is paused accepts and does not answer', async () => {
    const web = shop.stack.service('web-1')
    await web.pause()
    expect((await shop.stack.agent.reach({ host: 'web-1', port: 8080 })).reachable).toBe(true)
    expect(await statusOf('web-1')).toBe('no answer')
    expect(await web.state()).toMatchObject({ running: true, paused: true })
    await web.unpause()
    await expect.poll(() => statusOf('web-1')).toBe('200')
  })

  test('its memory limit is changed while it runs, and given back by the undo', async () => {
    const web = shop.stack.service('web-1')
    expect((await web.state()).memoryLimit).toBe(256 * mebi)
    await web.limitMemory(128 * mebi)
    expect((await web.state()).memoryLimit).toBe(128 * mebi)
    promised.push({ verb: 'set-memory', container: web.containerId, bytes: 256 * mebi })
    await undoAll()
    expect((await web.state()).memoryLimit).toBe(256 * mebi)
  })

  test('a behaviour is given back at the control port', async () => {
    const { containerId } = shop.stack.service('web-1')
    const put = (behaviour: string) => {
      const undo = { verb: 'set-behaviour', container: containerId, behaviour } as const
      return executeUndo(shop.docker, undo, { runId: shop.runId, withinMs: patience(10_000) })
    }
    expect(await put('{"status":{"code":503}}')).toEqual({ ok: true, because: 'done' })
    await expect.poll(() => statusOf('web-1', '/')).toBe('503')
    expect(await put('{"no-such-behaviour":{}}')).toMatchObject({ ok: false })
    expect(await put('{}')).toEqual({ ok: true, because: 'done' })
    await expect.poll(() => statusOf('web-1', '/')).toBe('200')
  })

  test('one that is replaced has name and address of the old one, which comes back by the undo', async () => {
    const before = await shop.stack.snapshot()
    const old = shop.stack.service('web-1')
    const made = await replaceService(scene(), 'web-1', { memoryMb: 64, env: { GREETING: 'hello' } })
    expect(made.containerId).not.toBe(old.containerId)
    expect(made.address).toBe(old.address)
    expect((await made.state()).memoryLimit).toBe(64 * mebi)
    await expect.poll(() => statusOf('web-1')).toBe('200')
    const during = await shop.stack.snapshot()
    const differences = differencesBetween({ a: before, b: during }, { a: 'before', b: 'now' })
    expect(differences.map(({ what }) => what)).toEqual(['memory limit of web-1', 'environment of web-1'])
    await undoAll()
    expect(shop.stack.service('web-1').containerId).toBe(old.containerId)
    await expect.poll(() => statusOf('web-1')).toBe('200')
    const after = await shop.stack.snapshot()
    expect(differencesBetween({ a: before, b: after }, { a: 'before', b: 'after' })).toEqual([])
  })

  test('one that joins is found, is seen in a snapshot, and goes', async () => {
    const before = await shop.stack.snapshot()
    const web3 = await shop.stack.addBackend('web', 3)
    expect(shop.stack.byRole('web').map(({ name }) => name)).toEqual(['web-1', 'web-2', 'web-3'])
    await expect.poll(() => statusOf('web-3')).toBe('200')
    const now = await shop.stack.snapshot()
    expect(differencesBetween({ a: before, b: now }, { a: 'before', b: 'now' })).toMatchObject([
      { what: 'services: web', a: '2 (web-1, web-2)', b: '3 (web-1, web-2, web-3)' },
    ])
    await shop.stack.remove(web3.name)
    expect(await statusOf('web-3')).toBe('no answer')
  })

  test('staging is equal to production, and nothing leads from one to the other', async () => {
    const { stack, staging } = shop
    if (!staging) throw new Error('there is no staging')
    const [a, b] = await Promise.all([staging.snapshot(), stack.snapshot()])
    expect(differencesBetween({ a, b }, { a: 'A', b: 'B' }, ['proxy', 'web', 'api', 'database'])).toEqual([])
    const knock = (from: RaisedShop['stack'], host: string, port: number) =>
      from.agent.reach({ host, port, timeoutMs: patience(500) })
    for (const [from, to] of [
      [staging, stack],
      [stack, staging],
    ] as const) {
      const open = async () => {
        const knocks = ['proxy', 'web-1', 'database'].map((name) => {
          return knock(from, to.service(name).address, name === 'database' ? 5432 : 8080)
        })
        return (await Promise.all(knocks)).map(({ reachable }) => reachable)
      }
      // An engine of 20.10 takes its isolation off for milliseconds whenever anybody makes a network: a way is open
      // if it is open each time.
      await expect.poll(open).toEqual([false, false, false])
    }
    expect((await knock(staging, 'web-1', 8080)).reachable).toBe(true)
    expect(staging.entry).toBe('')
    const ids = [stack, staging].flatMap(({ services }) => services.map(({ containerId }) => containerId))
    const ours = await shop.docker.listContainers({ filters: { label: [`badgateway=${shop.runId}`] } })
    expect(ours.map(({ Id }) => Id).sort()).toEqual(ids.sort())
  })

  test('programs say their versions, and no secret is in a snapshot', async () => {
    const { services, rules } = await shop.stack.snapshot()
    const programs = Object.fromEntries(services.map(({ name, program }) => [name, program]))
    expect(programs).toMatchObject({
      proxy: expect.stringMatching(/^nginx 1\.\d+/),
      'web-1': expect.stringMatching(/^node \d+/),
      database: expect.stringMatching(/^postgres 17/),
      monitoring: expect.stringMatching(/^prometheus 2/),
    })
    expect(services.find(({ name }) => name === 'agent')?.env).toMatchObject({ BADGATEWAY_TOKEN: 'set' })
    expect(Object.keys(rules ?? {})).toContain('alert GatewaySuccessRateDrop in general.yml')
    const proxy = services.find(({ name }) => name === 'proxy')
    expect(proxy?.configuration?.files['/etc/nginx/conf.d/upstreams.conf']).toContain('server web-2:8080;')
    expect(proxy?.serves).toBe('good')
  })
})
