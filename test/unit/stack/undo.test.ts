import { afterEach, expect, test } from 'vitest'
import { executeUndo } from '../../../src/stack/undo.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { undoContract } from '../../support/undo-contract.ts'

const id = 'a'.repeat(64)
const labels = { badgateway: 'r1' }
let engine: FakeEngine
afterEach(() => engine.close())

async function raise() {
  engine = await fakeEngine()
  const container = engine.addContainer(id, labels)
  engine.addContainer('b'.repeat(64), {})
  engine.networks.set('c'.repeat(64), { labels })
  engine.volumes.set('badgateway-r1-logs', { labels })
  const { docker, containers, networks, volumes } = engine
  return {
    docker,
    runId: 'r1',
    container: id,
    network: 'c'.repeat(64),
    volume: 'badgateway-r1-logs',
    foreign: 'b'.repeat(64),
    pause: async () => void (await Promise.resolve(Object.assign(container, { state: 'paused' }))),
    stop: async () => void (await Promise.resolve(Object.assign(container, { state: 'exited' }))),
    write: async (path: string, content: string) => void (await Promise.resolve(container.files.set(path, content))),
    read: (path: string) => Promise.resolve(container.files.get(path) ?? null),
    heardHup: async (times: number) => {
      await Promise.resolve()
      expect(container.signals).toEqual(Array.from({ length: times }, () => 'SIGHUP'))
    },
    state: () => Promise.resolve({ running: container.state !== 'exited', paused: container.state === 'paused' }),
    exists: (kind: 'container' | 'network' | 'volume') =>
      Promise.resolve({ container: containers.has(id), network: networks.size > 0, volume: volumes.size > 0 }[kind]),
  }
}

undoContract('an engine in memory', raise)

test('an engine that never answers is given up after the limit', async () => {
  const { docker } = await raise()
  engine.disturb(() => 'hang')
  const begun = performance.now()
  const told = await executeUndo(docker, { verb: 'start', container: id }, { runId: 'r1', withinMs: 80 })
  expect(told).toEqual({
    ok: false,
    because: expect.stringMatching(/^DEADLINE_PASSED: 'start' took longer than 80 ms/),
  })
  expect(performance.now() - begun).toBeLessThan(2_000)
})

test('a refusal of the engine is told in its words', async () => {
  const { docker } = await raise()
  engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'device is busy' } : undefined))
  const told = await executeUndo(docker, { verb: 'remove-container', container: id }, { runId: 'r1', withinMs: 500 })
  expect(told).toEqual({ ok: false, because: expect.stringMatching(/device is busy/) })
})

test('what the engine says it did and did not do is a failure', async () => {
  const { docker } = await raise()
  engine.containers.get(id)?.files.clear()
  Object.assign(engine.containers.get(id) ?? {}, { state: 'exited' })
  engine.disturb((call) => (call.includes('/start') ? { status: 204, message: '' } : undefined))
  const told = await executeUndo(docker, { verb: 'start', container: id }, { runId: 'r1', withinMs: 3_000 })
  expect(told).toEqual({ ok: false, because: expect.stringMatching(/nothing changed/) })
})

test('when somebody else was quicker, what counts is the state', async () => {
  const { docker } = await raise()
  const container = engine.containers.get(id)
  if (!container) throw new Error('no container')
  container.state = 'paused'
  engine.disturb((call) => {
    if (!call.includes('/unpause')) return undefined
    container.state = 'running'
    return { status: 409, message: 'is not paused' }
  })
  const told = await executeUndo(docker, { verb: 'unpause', container: id }, { runId: 'r1', withinMs: 3_000 })
  expect(told).toEqual({ ok: true, because: 'done' })
})
