import { expect, test } from 'vitest'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

const revert = remedyFor({ kind: 'revert-config', service: 'proxy' })
const redeploy = remedyFor({ kind: 'redeploy-config', service: 'proxy' })
const disk = (scene: Awaited<ReturnType<typeof brokenScene>>) => scene.stack.proxies.get('proxy')?.disk

test('what differs is put back on disk and helps nobody; deployed with its tests it cures', async () => {
  const scene = await brokenScene()
  const stray = '/etc/nginx/conf.d/stray.conf'
  await scene.stack.service('proxy').writeFiles([{ path: stray, content: Buffer.from('# stray\n') }])
  const outcome = await revert.apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(outcome.because).toContain('/etc/nginx/conf.d/stray.conf, /etc/nginx/conf.d/upstreams.conf as in')
  expect(scene.promised.at(-1)?.filesThen).toContain(':8090')
  expect([disk(scene)?.has(stray), statusOf(scene)]).toEqual([false, 502])
  const deployed = await redeploy.apply(scene)
  expect(deployed).toMatchObject({ ok: true, changed: true })
  expect(deployed.because).toContain('all 4 upstream servers answer; new workers')
  expect(statusOf(scene)).toBe(200)
})

test('reverting twice is reverting once, and without a release on record nothing is done', async () => {
  const scene = await brokenScene()
  await revert.apply(scene)
  expect(await revert.apply(scene)).toMatchObject({ ok: true, changed: false })
  expect(await revert.apply(fakeScene())).toMatchObject({ ok: false, changed: false })
})

test('a release that Nginx refuses today is not said to be good', async () => {
  const scene = await brokenScene()
  await scene.stack.service('proxy').writeFiles([{ path: '/etc/nginx/shared/keepalive.conf', content: null }])
  scene.tried[0] = {
    ...scene.tried[0],
    name: 'good',
    hash: 'good',
    files: scene.tried[0]?.files.filter((file) => !file.path.includes('/shared/')) ?? [],
  }
  const outcome = await revert.apply(scene)
  expect(outcome.ok).toBe(false)
  expect(outcome.because).toContain('nginx -t refuses the last good release')
})
