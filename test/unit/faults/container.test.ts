import { expect, test } from 'vitest'
import { readyFault } from '../../../src/faults/index.ts'
import type { ServiceState } from '../../../src/stack/types.ts'
import { type ServerScene, serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

type How = 'stop' | 'kill' | 'pause' | 'restart' | 'recreate'
const fault = (how: How, service = 'web-1') => faultFor({ kind: 'container', how, service })

/** The same scene, and web-1 is told of like this. */
function told(scene: ServerScene, more: (state: ServiceState) => Partial<ServiceState>): ServerScene {
  const { service } = scene.stack
  scene.stack.service = (name) => {
    const found = service(name)
    return { ...found, state: async () => ({ ...(await found.state()), ...more(await found.state()) }) }
  }
  return scene
}

test.each([
  ['stop', ['start']],
  ['kill', ['start']],
  ['pause', ['unpause']],
  ['restart', ['start']],
  ['recreate', ['start', 'remove-container']],
] as const)('%s is on record before as %s', async (how, verbs) => {
  const scene = serverScene()
  expect(await fault(how).inject(scene)).toMatchObject({ outcome: 'in-force' })
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(verbs)
})

test('a restart ends by itself, when it is ready again', async () => {
  const scene = serverScene()
  const { inject, witness } = fault('restart')
  const { lasts } = await inject(scene)
  expect(await witness.see(scene)).toMatchObject({ present: true })
  await lasts?.end()
  expect(await witness.see(scene)).toMatchObject({ present: false, because: expect.stringContaining('runs since') })
})

test('what comes back by its restart policy is a finding, seen until its end', async () => {
  const scene = serverScene()
  const { inject, witness } = fault('kill')
  const { service } = scene.stack
  scene.stack.service = (name) => {
    const found = service(name)
    // The engine of this fake starts it again at once.
    const signal = () => Promise.resolve(scene.servers.get(name)?.begin())
    return { ...found, signal, state: async () => ({ ...(await found.state()), restartPolicy: 'always' }) }
  }
  const { outcome, because, lasts } = await inject(scene)
  expect([outcome, because]).toEqual(['in-force', expect.stringContaining('started it again by itself')])
  expect(await witness.see(scene)).toMatchObject({ present: true, because: expect.stringContaining('by itself') })
  await lasts?.end()
  expect(await witness.see(scene)).toMatchObject({ present: false })
})

test('where the engine does not act by the policy, that is said', async () => {
  const scene = told(serverScene(), () => ({ restartPolicy: 'always' }))
  const { because, lasts } = await fault('kill').inject(scene)
  expect(because).toContain("its restart policy is 'always', by which the engine does not act")
  expect(lasts).toBeUndefined()
})

test('what did not run before is not ended', async () => {
  const scene = serverScene()
  await scene.stack.service('web-1').stop()
  expect(await fault('stop').inject(scene)).toMatchObject({ outcome: 'rejected' })
  expect(scene.promised).toEqual([])
})

test('another container at the same address is no recreation', async () => {
  const scene = serverScene()
  const { replace } = scene.stack
  scene.stack.replace = (name) => replace(name, {})
  expect(await fault('recreate').inject(scene)).toMatchObject({ outcome: 'rejected' })
})

test('a server that answers while it is said to stand still does not', async () => {
  const scene = told(serverScene(), () => ({ paused: true }))
  expect(await fault('pause').witness.see(scene)).toMatchObject({ present: false })
})

test('where a service is no server, its kernel says where it listens', async () => {
  const scene = serverScene()
  const asked: number[] = []
  scene.stack.seen.set('database', { ports: () => Promise.resolve([5_432]) })
  scene.stack.agent.reach = ({ port }) => {
    asked.push(port)
    return Promise.resolve({ reachable: false, ms: 1, because: 'EHOSTUNREACH' })
  }
  const { inject, witness } = fault('stop', 'database')
  await inject(scene)
  expect(await witness.see(scene)).toMatchObject({ present: true })
  expect(asked).toEqual([5_432])
})

test('a whole group is there where all of it is down', async () => {
  const scene = serverScene()
  const { inject, witness } = faultFor({ kind: 'container', how: 'kill', service: 'web-1', also: ['web-2'] })
  expect(await inject(scene)).toMatchObject({ outcome: 'in-force', because: expect.stringMatching(/web-1.*; web-2/) })
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['start', 'start'])
  expect(await witness.see(scene)).toMatchObject({ present: true })
  await scene.stack.service('web-2').start()
  expect(await witness.see(scene)).toMatchObject({ present: false, partly: true })
})

test('our own hand is refused in the plan', () => {
  const { refuse } = readyFault({ kind: 'container', how: 'stop', service: 'agent' })
  const outlook = { services: [], mayGrow: false, pool: 1, measures: [], faults: [] }
  const rest = { unfindable: () => undefined, unheard: () => undefined }
  expect(refuse({ ...outlook, ...rest })).toMatchObject([{ path: 'service', value: 'agent' }])
})
