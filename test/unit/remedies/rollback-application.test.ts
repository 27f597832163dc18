import { expect, test } from 'vitest'
import type { RemedySpec } from '../../../src/remedies/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor, remedyFor } from '../../support/made-kinds.ts'

const spec: RemedySpec & { kind: 'rollback-application' } = {
  kind: 'rollback-application',
  role: 'web',
  release: '1.8.2',
  drain: false,
  service: 'proxy',
}
const deployed = async () => {
  const scene = fakeScene()
  await faultFor({ kind: 'deploy-release', role: 'web', release: '1.9.0', service: 'proxy' }).inject(scene)
  return scene
}

test('every server says that it runs the previous release again', async () => {
  const scene = await deployed()
  const { ok, changed, because, evidence } = await remedyFor(spec).apply(scene)
  expect({ ok, changed }).toEqual({ ok: true, changed: true })
  expect(because).toContain('web-1, web-2 run 1.8.2, as they say themselves')
  expect(evidence).toMatchObject({ before: { 'web-1': '1.9.0', 'web-2': '1.9.0' }, drained: false })
  expect(scene.promised.filter(({ undo }) => undo.verb === 'write-files')).toHaveLength(1)
})

test('some servers only, and out of the upstream meanwhile when it is asked for', async () => {
  const scene = await deployed()
  await remedyFor({ ...spec, servers: [2], drain: true }).apply(scene)
  expect(scene.stack.replaced.slice(2)).toEqual([{ name: 'web-2', change: { image: 'backend' } }])
  expect(scene.promised.filter(({ undo }) => undo.verb === 'write-files')).toHaveLength(2)
})

test('a server that does not come back with it is a rollback that failed', async () => {
  const scene = await deployed()
  scene.stack.replace = (name) => Promise.resolve(scene.stack.service(name))
  const { ok, because } = await remedyFor(spec).apply(scene)
  expect(ok).toBe(false)
  expect(because).toBe('web-1 should run 1.8.2 and says 1.9.0')
})

test('a server that is slow to say what it runs is asked again', async () => {
  const scene = await deployed()
  const { forward } = scene.stack.agent
  let busy = 0
  scene.stack.agent.forward = async (request) => {
    if (scene.stack.replaced.length > 2 && busy++ < 3) throw new Error('no answer within 1000 ms')
    return await forward(request)
  }
  expect(await remedyFor(spec).apply(scene)).toMatchObject({ ok: true, changed: true })
  expect(busy).toBeGreaterThan(3)
})
