import { expect, test } from 'vitest'
import { changedRelease, readRelease } from '../../../src/deploy/release.ts'
import { proveLive, switchRelease, workersOf } from '../../../src/deploy/switch.ts'
import { updateWith } from '../../../src/faults/edits/wrong-upstream-update.ts'
import { fakeScene } from '../../support/fake-stack.ts'

/** A proxy that says nothing of itself, as one that is not ours. */
function silentScene() {
  const scene = fakeScene()
  const { instrumented: _instrumented, ...can } = scene.stack.description.can
  Object.assign(scene.stack.description, { can })
  return { scene, fake: scene.stack.proxies.get('proxy') ?? expect.fail('there is no proxy') }
}

test('workers are processes of the same program as their parent', async () => {
  const told = [
    ['1', '0', 'tini'],
    ['7', '1', 'nginx'],
    ['8', '7', 'nginx'],
    ['9', '7', 'nginx'],
    ['12', '3', 'sleep'],
  ]
  const processes = () =>
    Promise.resolve(told.map(([pid = '', parent = '', program = '']) => ({ pid, parent, program })))
  expect(await workersOf({ processes })).toEqual(['8', '9'])
})

test('a release is live by new workers where no worker names it, and the release file is not made up', async () => {
  const { scene } = silentScene()
  const proxy = scene.stack.proxy()
  const good = await readRelease(proxy, 'good')
  const update = updateWith('port', good, ['web'])
  expect(update.layout).toEqual({ config: '/etc/nginx/nginx.conf' })
  expect(update.files.length).toBe(good.files.length)
  expect(await switchRelease(scene, proxy, good, update)).toMatchObject({ live: true })
  expect(await proveLive(scene, proxy, update.hash)).toMatchObject({ live: true })
})

test('old workers prove nothing, and neither do other files', async () => {
  const { scene, fake } = silentScene()
  const proxy = scene.stack.proxy()
  const good = await readRelease(proxy, 'good')
  fake.deafToReload = true
  const update = updateWith('port', good, ['web'])
  const deaf = await switchRelease(scene, proxy, good, update)
  expect(deaf.live).toBe(false)
  expect(await proveLive(scene, proxy, good.hash)).toMatchObject({ live: false })
})

test('a release that takes the status port is not written, and one that Nginx refuses is', async () => {
  const scene = fakeScene()
  const proxy = scene.stack.proxy()
  const disk = scene.stack.proxies.get('proxy')?.disk
  const good = await readRelease(proxy, 'good')
  const path = '/etc/nginx/conf.d/more.conf'
  const withMore = (text: string) => changedRelease(good, 'more', [{ path, content: Buffer.from(text) }])
  const taking = await switchRelease(scene, proxy, good, withMore('server { listen 8081; }'))
  expect(taking).toMatchObject({ live: false, because: expect.stringContaining(`8081 is taken: ${path}:1`) })
  expect(disk?.has(path)).toBe(false)
  const broken = await switchRelease(scene, proxy, good, withMore('server {'))
  expect(broken.refused).toContain('unexpected end of file')
  expect(disk?.has(path)).toBe(true)
})
