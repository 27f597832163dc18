import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { faultFor } from '../../../src/faults/index.ts'
import type { Scene } from '../../../src/stack/scene.ts'
import { fakeScene } from '../../support/fake-stack.ts'

const spec = { kind: 'cpu-burn', roles: ['web'], share: 0.3 } as const
const fault = () => faultFor({ ...spec, roles: [...spec.roles] })

/** Backends whose kernel counts so many cores, and whose control port takes everything. */
function busyScene(cores: number, version: 1 | 2 = 2) {
  const scene = fakeScene()
  const asked: unknown[] = []
  scene.stack.agent.forward = ({ host, method, body }) => {
    if (method === 'PUT') asked.push({ host, body, promisedBefore: scene.promised.length })
    return Promise.resolve({ status: 200, headers: {}, body: '{"latency":{"ms":5}}', ms: 1 })
  }
  for (const server of scene.stack.byRole('web')) {
    const ms = () => performance.now() * cores
    const answers: Record<string, () => string> =
      version === 2
        ? { 'cpu.stat': () => `usage_usec ${Math.round(ms() * 1e3)}\nuser_usec 1\n` }
        : { 'cpuacct.usage': () => `${Math.round(ms() * 1e6)}\n` }
    // As cat does it: what is there, and a failure for what is not.
    const cat = ([, ...files]: readonly string[]) => {
      const output = files.map((file) => answers[basename(file)]?.() ?? `cat: ${file}: No such file or directory\n`)
      return Promise.resolve({ code: 1, output: output.join('') })
    }
    Object.assign(server, { exec: cat })
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

test.each([1, 2] as const)('its witness reads what the kernel counts, by cgroup v%i', async (version) => {
  const busy = await sees(busyScene(0.3, version).scene)
  expect(busy).toMatchObject({ present: true, because: expect.stringMatching(/web-1 0\.[23]/) })
  expect((await sees(busyScene(0.02, version).scene)).present).toBe(false)
})

test('a server that does not take it is no fault in force, and one without CPU times is no witness', async () => {
  const { scene } = busyScene(0)
  scene.stack.agent.forward = ({ method }) => {
    return Promise.resolve({ status: method === 'PUT' ? 400 : 200, headers: {}, body: '{}', ms: 1 })
  }
  await expect(fault().inject(scene)).rejects.toThrow('does not burn: 400')
  await expect(sees(fakeScene())).rejects.toThrow('tells no CPU time')
})
