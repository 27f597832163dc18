import { expect, test } from 'vitest'
import { brokenScene, statusOf } from '../../support/broken-scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

const repair = remedyFor({ kind: 'repair-proxy-path', service: 'proxy' })

test('a configuration that nobody reviewed gives way to the reviewed one, live', async () => {
  const scene = await brokenScene()
  const outcome = await repair.apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(outcome.because).toContain('new workers')
  expect(statusOf(scene)).toBe(200)
  expect(scene.promised.at(-1)?.undo).toMatchObject({ verb: 'write-files', signal: 'HUP' })
  expect(await repair.apply(scene)).toMatchObject({ changed: false })
})

test('a file that was added is taken away again', async () => {
  const scene = fakeScene()
  const disk = scene.stack.proxies.get('proxy')?.disk
  disk?.set('/etc/nginx/conf.d/extra.conf', Buffer.from('# nobody knows\n'))
  expect(await repair.apply(scene)).toMatchObject({ ok: true, changed: true })
  expect(disk?.has('/etc/nginx/conf.d/extra.conf')).toBe(false)
})

test('containers come first, and Nginx reads their names anew', async () => {
  const scene = fakeScene()
  scene.stack.drifted.set('web-1', ['its name on the network is wbe-1, specified web-1'])
  const outcome = await repair.apply(scene)
  expect(outcome).toMatchObject({ ok: true, changed: true })
  expect(outcome.because).toMatch(/recreated as specified: web-1 .*reloaded: new workers/)
})

test('nothing is done where nothing is wrong', async () => {
  const scene = fakeScene()
  expect(await repair.apply(scene)).toMatchObject({ ok: true, changed: false, because: /nothing to repair/ })
  expect(scene.promised).toEqual([])
})
