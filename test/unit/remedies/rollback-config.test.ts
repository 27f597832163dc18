import { expect, test } from 'vitest'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor, remedyFor } from '../../support/made-kinds.ts'

test('a rollback cures when the previous release is still valid', async () => {
  const scene = await brokenScene()
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(statusOf(scene)).toBe(200)
})

test('a rollback is refused when what the old release needs was cleaned away, and leaves no trace', async () => {
  const scene = await brokenScene()
  await faultFor({ kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' }).inject(scene)
  const before = scene.stack.proxies.get('proxy')?.disk.get('/etc/nginx/conf.d/upstreams.conf')?.toString()
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: false })
  expect(outcome.because).toContain('/etc/nginx/shared/keepalive.conf')
  expect(scene.stack.proxies.get('proxy')?.disk.get('/etc/nginx/conf.d/upstreams.conf')?.toString()).toBe(before)
  expect(statusOf(scene)).toBe(502)
})

test('a rollback without an earlier release says so', async () => {
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(fakeScene())
  expect(outcome).toMatchObject({ ok: false, because: 'there is no previous release' })
})
