// @group stack 20s
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deploy } from '../../src/deploy/pipeline.ts'
import { changedRelease, readRelease } from '../../src/deploy/release.ts'
import { servedHash } from '../../src/deploy/switch.ts'
import { realClock } from '../../src/kit/clock.ts'
import { servedOf, total } from '../../src/kit/ledger.ts'
import { startUsers, usersSpec } from '../../src/load/index.ts'
import { releaseHistory } from '../../src/stack/release-history.ts'
import type { Scene } from '../../src/stack/scene.ts'
import { type RaisedShop, raiseShop } from '../support/shop.ts'

const upstreamsFile = '/etc/nginx/conf.d/upstreams.conf'

let shop: RaisedShop

beforeAll(async () => {
  shop = await raiseShop({ measures: ['blue-green'] })
})
afterAll(async () => {
  await shop.stack.tearDown()
})

test('a good new colour gets the traffic, and no user loses a request', async () => {
  const { stack } = shop
  const proxy = stack.proxy()
  const current = await readRelease(proxy, 'blue')
  const promised: string[] = []
  const scene: Scene = {
    stack,
    measures: new Set(['blue-green']),
    clock: realClock,
    signal: new AbortController().signal,
    releases: releaseHistory([current]),
    surge: () => Promise.reject(new Error('the load of this test does not change')),
    endFault: () => Promise.resolve(undefined),
    registerUndo: (_, why) => {
      promised.push(why)
      return Promise.resolve()
    },
  }
  const text = current.files.find((file) => file.path === upstreamsFile)?.content?.toString() ?? ''
  const content = Buffer.from(`# reviewed\n${text}`)
  const next = changedRelease(current, 'green', [{ path: upstreamsFile, content }])
  const spec = usersSpec.parse({ ratePerS: 50, users: 20, mix: [{ path: '/' }, { path: '/api/products' }] })
  const ignored = () => undefined
  const ending = new AbortController()
  const heard = new Set<string>()
  stack.streams.logs((line) => line.text.includes('"id":"bg-') && heard.add(line.service), ending.signal)
  const load = await startUsers(spec, { target: stack.entry, idPrefix: 'bg', onSample: ignored, onBroken: ignored })
  const { outcome, acts } = await deploy(scene, proxy, next)
  expect(outcome).toBe('in-force')
  expect(acts).toMatchObject([{ measure: 'blue-green', action: 'switched' }])
  expect(promised).toEqual(['remove proxy-green', 'point the switch back from proxy-green'])
  expect(await servedHash(stack.proxy('edge'))).toBe(`proxy-green ${next.hash}`)
  const headers = { 'x-request-id': 'bg-new-connection' }
  expect((await fetch(`${stack.entry}/`, { headers })).status).toBe(200)
  const { ledger } = await load.stop(2_000)
  expect(total(ledger)).toBeGreaterThan(20)
  expect(servedOf(ledger)).toBe(total(ledger))
  await expect.poll(() => [...heard]).toEqual(expect.arrayContaining(['proxy', 'proxy-green']))
  ending.abort()
})
