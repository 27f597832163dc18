import { expect, test } from 'vitest'
import { faultFor } from '../../support/made-kinds.ts'
import { patchableScene } from '../../support/patchable.ts'

const patch = () => faultFor({ kind: 'patch-proxy', image: 'proxy', version: '1.26' })

test('in place: another container with the same files, and the version says that it serves', async () => {
  const scene = await patchableScene()
  const { inject, witness } = patch()
  expect(await witness.see(scene)).toEqual({ present: false, because: 'proxy is Nginx 1.22.1' })
  const { outcome, because, acts, evidence } = await inject(scene)
  expect([outcome, acts]).toEqual(['in-force', []])
  expect(because).toContain('Nginx 1.22.1 became 1.26.3: proxy was replaced in place')
  expect(evidence).toEqual({ before: '1.22.1', after: '1.26.3', serves: 'proxy' })
  const [replaced] = scene.stack.replaced
  expect(replaced).toMatchObject({ name: 'proxy', change: { image: 'proxy' } })
  expect(replaced?.change.contents?.map(({ path }) => path)).toContain('/etc/nginx/conf.d/upstreams.conf')
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['start', 'remove-container'])
  expect((await witness.see(scene)).present).toBe(true)
})

test('drained: the new one serves beside the old one, which ends when nobody is left', async () => {
  const scene = await patchableScene({ measures: ['drain-and-swap'], connections: [12, 4, 1] })
  const { inject, witness } = patch()
  const { outcome, because, acts } = await inject(scene)
  expect(outcome).toBe('in-force')
  expect(acts).toMatchObject([{ measure: 'drain-and-swap', action: 'switched' }])
  expect(because).toContain('proxy-next serves beside it')
  expect(because).toMatch(/no connection was left on proxy after \d+ ms, and it ended/)
  expect((await scene.stack.service('proxy').state()).running).toBe(false)
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['remove-container', 'write-files', 'start'])
  expect(await witness.see(scene)).toEqual({ present: true, because: 'proxy-next is Nginx 1.26.3' })
})

test('drained: who does not leave in time is told', async () => {
  const scene = await patchableScene({ measures: ['drain-and-swap'], connections: [2] })
  expect((await patch().inject(scene)).because).toContain('proxy had connections left, and it ended')
})

test('a new one that is not well gets no traffic', async () => {
  const scene = await patchableScene({ measures: ['drain-and-swap'] })
  const { forward } = scene.stack.agent
  scene.stack.agent.forward = (wish) => {
    return wish.host === 'proxy-next' ? Promise.reject(new Error('ECONNREFUSED')) : forward(wish)
  }
  const { inject, witness } = patch()
  const { outcome, acts } = await inject(scene)
  expect([outcome, acts[0]?.action]).toEqual(['kept-off', 'kept-off'])
  expect((await scene.stack.service('proxy').state()).running).toBe(true)
  expect((await witness.see(scene)).present).toBe(false)
})

test('a configuration that was not kept is no patch', async () => {
  const scene = await patchableScene()
  const proxy = scene.stack.service('proxy')
  const { replace } = scene.stack
  scene.stack.replace = async (name, change) => {
    await proxy.writeFiles([{ path: '/etc/nginx/nginx.conf', content: Buffer.from('events {}\n') }])
    return await replace(name, change)
  }
  await expect(patch().inject(scene)).rejects.toThrow('is not the one that proxy had')
})
