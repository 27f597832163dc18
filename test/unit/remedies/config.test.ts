import { expect, test } from 'vitest'
import { faultFor } from '../../../src/faults/index.ts'
import { remedyFor } from '../../../src/remedies/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'

const broken = async () => {
  const scene = fakeScene()
  await faultFor({ kind: 'wrong-upstream', upstreams: ['web', 'api'], service: 'proxy' }).inject(scene)
  return scene
}
const status = (scene: Awaited<ReturnType<typeof broken>>) => scene.stack.proxies.get('proxy')?.status('/')

test('a rollback cures when the previous release is still valid', async () => {
  const scene = await broken()
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(status(scene)).toBe(200)
})

test('a rollback is refused when what the old release needs was cleaned away, and leaves no trace', async () => {
  const scene = await broken()
  await faultFor({ kind: 'missing-file', service: 'proxy', path: '/etc/nginx/shared/keepalive.conf' }).inject(scene)
  const before = scene.stack.proxies.get('proxy')?.disk.get('/etc/nginx/conf.d/upstreams.conf')?.toString()
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(scene)
  expect(outcome).toMatchObject({ ok: false, changed: false })
  expect(outcome.because).toContain('/etc/nginx/shared/keepalive.conf')
  expect(scene.stack.proxies.get('proxy')?.disk.get('/etc/nginx/conf.d/upstreams.conf')?.toString()).toBe(before)
  expect(status(scene)).toBe(502)
})

test('a rollback without an earlier release says so', async () => {
  const outcome = await remedyFor({ kind: 'rollback-config', service: 'proxy' }).apply(fakeScene())
  expect(outcome).toMatchObject({ ok: false, because: 'there is no previous release' })
})

test('a correction that nobody loads changes files and helps no user; the restart does', async () => {
  const scene = await broken()
  const edit = await remedyFor({ kind: 'correct-config', service: 'proxy', activate: 'later' }).apply(scene)
  expect(edit).toMatchObject({ ok: true, changed: true })
  expect(edit.because).toContain('4 upstream servers corrected')
  expect(status(scene)).toBe(502)
  const restart = await remedyFor({ kind: 'restart-service', service: 'proxy' }).apply(scene)
  expect(restart).toMatchObject({ ok: true, changed: true })
  expect(status(scene)).toBe(200)
})

test.each(['reload', 'restart'] as const)('a correction with %s is proven by the new hash', async (activate) => {
  const scene = await broken()
  const outcome = await remedyFor({ kind: 'correct-config', service: 'proxy', activate }).apply(scene)
  expect(outcome.ok).toBe(true)
  expect(outcome.because).toContain(`serve release ${scene.releases.at(-1)?.hash}`)
})
