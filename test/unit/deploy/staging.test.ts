import { expect, test } from 'vitest'
import { fittedTo } from '../../../src/deploy/staging.ts'
import type { FaultSpec } from '../../../src/faults/index.ts'
import type { Release } from '../../../src/stack/release.ts'
import { type FakeStack, fakeScene, fakeStack } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const movesTraffic: FaultSpec = {
  kind: 'wrong-upstream',
  upstreams: ['web', 'api'],
  wrong: 'later-servers',
  service: 'proxy',
}
const encrypts: FaultSpec = { ...movesTraffic, upstreams: ['api'], wrong: 'protocol' }
const wrongPorts: FaultSpec = { ...movesTraffic, wrong: 'port' }

/** What becomes of a deploy when this staging is asked first. */
async function tried(fault: FaultSpec, staging: FakeStack, measure = 'staging') {
  const scene = { ...fakeScene([measure]), staging }
  const injection = await faultFor(fault).inject(scene)
  return { ...injection, scene, status: scene.stack.proxies.get('proxy')?.status('/') }
}

test('one server where production has two: the update passes there, and is an outage here', async () => {
  const { outcome, acts, status } = await tried(movesTraffic, fakeStack(['web-2', 'api-2']))
  expect(outcome).toBe('in-force')
  expect(acts[0]).toMatchObject({ measure: 'staging', action: 'passed' })
  expect(acts[0]?.because).toContain('staging differs from production in services: web, services: api')
  expect(status).toBe(502)
})

test('with parity the same update is rejected, and production was not touched', async () => {
  const { outcome, acts, status, scene } = await tried(movesTraffic, fakeStack(), 'staging-parity')
  expect(outcome).toBe('rejected')
  expect(acts[0]).toMatchObject({ measure: 'staging-parity', action: 'rejected' })
  expect(acts[0]?.because).toMatch(/web-2:8090 \(ECONNREFUSED\).*502.*does not differ from production/)
  expect(status).toBe(200)
  expect(scene.promised).toEqual([])
})

test('without a database the API cannot be asked, and that is said', async () => {
  const { outcome, acts } = await tried(encrypts, fakeStack(['database']))
  expect(outcome).toBe('in-force')
  expect(acts[0]?.because).toContain('not asked, for it was not served there before: /api/products, /api/orders')
  expect((await tried(encrypts, fakeStack(), 'staging-parity')).outcome).toBe('rejected')
})

test('what is wrong everywhere is caught on the smallest staging', async () => {
  const { outcome, because } = await tried(wrongPorts, fakeStack(['web-2', 'api-2', 'database']))
  expect(outcome).toBe('rejected')
  expect(because).toContain('web-1:8090')
})

test('a rejected release is taken off staging again, a good one stays', async () => {
  const bad = fakeStack()
  await tried(wrongPorts, bad)
  expect(bad.proxies.get('proxy')).toSatisfy((proxy) => proxy.hash() === 'good' && proxy.status('/') === 200)
  const passed = fakeStack(['web-2', 'api-2'])
  await tried(movesTraffic, passed)
  expect(passed.proxies.get('proxy')?.hash()).not.toBe('good')
})

test('what Nginx refuses on staging never reaches production', async () => {
  const staging = fakeStack()
  const proxy = staging.proxies.get('proxy')
  if (proxy) proxy.test = () => 'nginx: [emerg] unknown directive "ssl" in /etc/nginx/conf.d/upstreams.conf:1'
  const { outcome, because } = await tried({ ...movesTraffic, wrong: 'old-directive' }, staging)
  expect(outcome).toBe('rejected')
  expect(because).toContain('on staging nginx -t refuses it')
})

test('a staging that serves nothing vouches for nothing', async () => {
  const dead = fakeStack(['web-1', 'web-2', 'api-1', 'api-2', 'database'])
  const { outcome, because } = await tried(movesTraffic, dead)
  expect(outcome).toBe('rejected')
  expect(because).toContain('nothing was served even before the deploy')
})

const release = (text: string): Release => {
  return { name: 'r', hash: 'h', files: [{ path: '/etc/nginx/conf.d/upstreams.conf', content: Buffer.from(text) }] }
}

test('a release is fitted to the servers that are there, and stays itself where all are', () => {
  const whole = release('upstream web {\n  server web-1:8080;\n  server web-2:8090 weight=9;\n}\n')
  expect(fittedTo(fakeStack(), whole)).toBe(whole)
  const fitted = fittedTo(fakeStack(['web-2']), whole)
  expect(fitted.hash).not.toBe('h')
  expect(fitted.files[0]?.content?.toString()).toBe('upstream web {\n  server web-1:8080;\n}\n')
})
