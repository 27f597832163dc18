import { expect, test } from 'vitest'
import type { Scene } from '../../../src/stack/scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const spec = { kind: 'cpu-burn', roles: ['web'], share: 0.3 } as const
const fault = () => faultFor({ ...spec, roles: [...spec.roles] })

/** Backends whose kernel counts so many cores, and whose control port takes everything. */
function busyScene(cores: number) {
  const scene = fakeScene()
  const asked: unknown[] = []
  scene.stack.agent.forward = ({ host, method, body }) => {
    if (method === 'PUT') asked.push({ host, body, promisedBefore: scene.promised.length })
    return Promise.resolve({ status: 200, headers: {}, body: '{"latency":{"ms":5}}', ms: 1 })
  }
  for (const { name } of scene.stack.servers('web')) {
    scene.stack.counted.set(name, { cpuMs: () => Promise.resolve(scene.clock.now() * cores) })
  }
  return { scene, asked }
}

const sees = (scene: Scene) => fault().witness.see(scene)

test('every server of the role burns beside what it did before, with the way back on record first', async () => {
  const { scene, asked } = busyScene(0)
  expect((await fault().inject(scene)).outcome).toBe('in-force')
  const body = { latency: { ms: 5 }, 'cpu-burn': { ms: 12, everyMs: 40 } }
  expect(asked).toMatchObject([
    { host: 'web-1', body, promisedBefore: 2 },
    { host: 'web-2', body, promisedBefore: 2 },
  ])
  expect(scene.promised.map(({ undo }) => undo)).toMatchObject([
    { verb: 'set-behaviour', behaviour: '{"latency":{"ms":5}}' },
    { verb: 'set-behaviour' },
  ])
})

test('its witness reads what the kernel counts', async () => {
  const busy = await sees(busyScene(0.3).scene)
  expect(busy).toMatchObject({ present: true, because: expect.stringMatching(/web-1 0\.[23]/) })
  expect((await sees(busyScene(0.02).scene)).present).toBe(false)
})

test('a machine that had little to give is looked at once more', async () => {
  const { scene } = busyScene(0.3)
  // Of web-1 alone: a third of a share in the first look, all of it afterwards.
  let [looks, ms] = [0, 0]
  scene.stack.counted.set('web-2', { cpuMs: () => Promise.resolve(1) })
  const cpuMs = () => {
    looks += 1
    ms += looks % 2 === 1 ? 0 : looks === 2 ? 32 : 96
    return Promise.resolve(ms)
  }
  scene.stack.counted.set('web-1', { cpuMs })
  expect(await sees(scene)).toMatchObject({ present: true })
  expect(looks).toBe(4)
})

test('a server that does not take it is no fault in force, and one without CPU times is no witness', async () => {
  const { scene } = busyScene(0)
  scene.stack.agent.forward = ({ method }) => {
    return Promise.resolve({ status: method === 'PUT' ? 400 : 200, headers: {}, body: '{}', ms: 1 })
  }
  await expect(fault().inject(scene)).rejects.toThrow('does not take this behaviour')
  await expect(sees(fakeScene())).rejects.toThrow('tells no CPU time')
})
