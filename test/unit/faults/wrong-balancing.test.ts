import { expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const wrong: FaultSpec & { kind: 'wrong-balancing' } = {
  kind: 'wrong-balancing',
  upstreams: ['web', 'api'],
  servers: [1],
  weights: [17, 3],
  by: 'pipeline',
  service: 'proxy',
}

function stickyScene(measures: readonly string[] = []) {
  const scene = fakeScene(measures)
  scene.stack.proxies.get('proxy')?.stick()
  return scene
}

test.each(['pipeline', 'in place'] as const)('by %s: 34 of 40 users are failed, on pages and API alike', async (by) => {
  const scene = stickyScene()
  const { inject, witness } = faultFor({ ...wrong, by })
  expect((await witness.see(scene)).present).toBe(false)
  expect(await inject(scene, scene.hearer)).toMatchObject({ outcome: 'in-force', acts: [] })
  const { present, because } = await witness.see(scene)
  expect(present).toBe(true)
  expect(because).toContain('34 of 40 users failed on web, 34 of 40 users failed on api')
  expect(scene.promised[0]?.filesThen).toContain('server web-1:8080 max_fails=0;')
  expect(scene.tried.map((release) => release.name)).toEqual(['the last good release', 'the update'])
})

test('the lines keep their options, and weights are replaced', async () => {
  const scene = stickyScene()
  await faultFor(wrong).inject(scene, scene.hearer)
  await faultFor({ ...wrong, servers: [2], weights: [1, 2] }).inject(scene, scene.hearer)
  const text = scene.releases.current?.files.find(({ path }) => path.endsWith('upstreams.conf'))?.content?.toString()
  expect(text).toContain('server api-1:8090 max_fails=0 weight=1;')
  expect(text).toContain('server api-2:8090 max_fails=0 weight=2;')
})

test('the pipeline with validation rejects it, a change in place passes by', async () => {
  const pipeline = stickyScene(['config-validation'])
  const { outcome, because } = await faultFor(wrong).inject(pipeline)
  expect(outcome).toBe('rejected')
  expect(because).toContain('web-1:8090 (ECONNREFUSED), api-1:8090 (ECONNREFUSED)')
  expect(pipeline.stack.proxies.get('proxy')?.status('/', '0')).toBe(200)
  const past = await faultFor({ ...wrong, by: 'in place' }).inject(stickyScene(['config-validation']))
  expect(past.outcome).toBe('in-force')
})

test('a change in place that Nginx does not read is not in force', async () => {
  const scene = stickyScene()
  const proxy = scene.stack.proxies.get('proxy')
  if (proxy) proxy.deafToReload = true
  expect((await faultFor({ ...wrong, by: 'in place' }).inject(scene, scene.hearer)).outcome).toBe('rejected')
  expect(scene.lives).toBe(0)
})

test('servers that are not there cannot be got wrong', async () => {
  await expect(faultFor({ ...wrong, servers: [9], weights: undefined }).inject(stickyScene())).rejects.toThrow(
    'no server line',
  )
})

test('its witness sees nothing when a backend itself is dead, and is blind when nobody answers', async () => {
  const scene = stickyScene()
  const { inject, witness } = faultFor(wrong)
  await inject(scene, scene.hearer)
  scene.stack.dead.add('web-1')
  expect((await witness.see(scene)).present).toBe(false)
  scene.stack.agent.forward = () => Promise.reject(new Error('socket hang up'))
  await expect(witness.see(scene)).rejects.toThrow('the agent sees nothing')
})
