import { afterEach, expect, test } from 'vitest'
import { executeUndo } from '../../../src/cleanup/undo.ts'
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
    made: () => Promise.resolve({ ...container, quota: container.cores.quota }),
    exists: (kind: 'container' | 'network' | 'volume') =>
      Promise.resolve({ container: containers.has(id), network: networks.size > 0, volume: volumes.size > 0 }[kind]),
  }
}

undoContract('an engine in memory', raise)

test('a backend is given its behaviour back as an argument of a program, a paused one once it is awake', async () => {
  const { docker, pause } = await raise()
  const undo = { verb: 'set-behaviour', container: id, behaviour: '{"latency":{"ms":5}}' } as const
  await pause()
  expect(await executeUndo(docker, undo, { runId: 'r1', withinMs: 10_000 })).toEqual({ ok: true, because: 'done' })
  expect(engine.containers.get(id)).toMatchObject({ behaviour: '{"latency":{"ms":5}}', state: 'running' })
})

test('a limit below what a server uses is given back by starting it anew', async () => {
  const { docker } = await raise()
  let refused = 0
  engine.disturb((call) => {
    if (!call.includes('/update') || refused > 0) return undefined
    refused += 1
    return { status: 500, message: 'invalid argument' }
  })
  const undo = { verb: 'set-memory', container: id, bytes: 2 ** 26 } as const
  const told = await executeUndo(docker, undo, { runId: 'r1', withinMs: 10_000 })
  expect(told).toEqual({ ok: true, because: expect.stringContaining('restarted') })
  expect(engine.containers.get(id)).toMatchObject({ memory: 2 ** 26, starts: 2 })
})

test.each([
  { verb: 'unpause' },
  { verb: 'start' },
  { verb: 'set-memory', bytes: 0 },
  { verb: 'set-cpu', nanoCpus: 0, quota: 0, period: 0 },
] as const)("what somebody has agreed to is done to a container of theirs, and to no other: '$verb'", async (verb) => {
  const { docker, foreign } = await raise()
  const undo = { ...verb, container: foreign }
  const limits = { runId: 'r1', withinMs: 10_000 }
  const refused = { ok: false, because: expect.stringContaining('UNDO_REFUSED') }
  expect(await executeUndo(docker, undo, limits)).toEqual(refused)
  expect(await executeUndo(docker, undo, { ...limits, agreed: new Set([id]) })).toEqual(refused)
  expect(await executeUndo(docker, undo, { ...limits, agreed: new Set([foreign]) })).toMatchObject({ ok: true })
})

test.each([
  { verb: 'remove-container' },
  { verb: 'restart' },
  { verb: 'set-behaviour', behaviour: '{}' },
  { verb: 'flush-firewall' },
] as const)("nothing else is, whoever has agreed: '$verb'", async (verb) => {
  const { docker, foreign } = await raise()
  const undo = { ...verb, container: foreign }
  const told = await executeUndo(docker, undo, { runId: 'r1', agreed: new Set([foreign]), withinMs: 10_000 })
  expect(told).toEqual({ ok: false, because: expect.stringContaining('UNDO_REFUSED') })
  expect(engine.changes).toEqual([])
})

test('an engine that never answers is given up after the limit', async () => {
  const { docker } = await raise()
  engine.disturb(() => 'hang')
  const told = await executeUndo(docker, { verb: 'start', container: id }, { runId: 'r1', withinMs: 80 })
  expect(told).toEqual({
    ok: false,
    because: expect.stringMatching(/^DEADLINE_PASSED: 'start' took longer than 80 ms/),
  })
})

test('a refusal of the engine is told in its words', async () => {
  const { docker } = await raise()
  engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'device is busy' } : undefined))
  const told = await executeUndo(docker, { verb: 'remove-container', container: id }, { runId: 'r1', withinMs: 10_000 })
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

test('a limit below what a program uses now is set while it stands still', async () => {
  const { docker } = await raise()
  let refusals = 1
  engine.disturb((call) => {
    if (!call.includes('/update') || refusals === 0) return undefined
    refusals -= 1
    return { status: 500, message: 'unable to set memory limit: device or resource busy' }
  })
  const undo = { verb: 'set-memory', container: id, bytes: 100_663_296 } as const
  const told = await executeUndo(docker, undo, { runId: 'r1', withinMs: 2_000 })
  expect(told).toEqual({ ok: true, because: expect.stringContaining('it was restarted') })
  const verbs = engine.changes.map((change) => change.split('/').at(-1))
  expect(verbs).toEqual(['update', 'stop', 'update', 'start'])
})

test('a limit that is refused of a container that has ended is a failure', async () => {
  const { docker, stop } = await raise()
  await stop()
  engine.disturb((call) => (call.includes('/update') ? { status: 500, message: 'no memory controller' } : undefined))
  const undo = { verb: 'set-memory', container: id, bytes: 100_663_296 } as const
  const told = await executeUndo(docker, undo, { runId: 'r1', withinMs: 2_000 })
  expect(told).toEqual({ ok: false, because: expect.stringContaining('no memory controller') })
  // The engine's error has no code of ours, and none is told.
  expect(told.because).not.toContain('undefined')
  expect(engine.containers.get(id)).toMatchObject({ state: 'exited', starts: 1 })
  expect(engine.changes.map((change) => change.split('/').at(-1))).toEqual(['update'])
})

test('a server that was stopped for its limit runs again, though the limit is refused once more', async () => {
  const { docker } = await raise()
  engine.disturb((call) => (call.includes('/update') ? { status: 500, message: 'device or resource busy' } : undefined))
  const undo = { verb: 'set-memory', container: id, bytes: 100_663_296 } as const
  const told = await executeUndo(docker, undo, { runId: 'r1', withinMs: 2_000 })
  expect(told).toEqual({ ok: false, because: expect.stringContaining('device or resource busy') })
  expect(engine.containers.get(id)).toMatchObject({ state: 'running', starts: 2 })
})

test('404 of something else is no success: only a look at the target decides', async () => {
  const { docker, stop } = await raise()
  await stop()
  const missing = { status: 404, message: 'network c not found' }
  engine.disturb((call) => (call.includes('/start') ? missing : undefined))
  const told = await executeUndo(docker, { verb: 'start', container: id }, { runId: 'r1', withinMs: 60_000 })
  expect(told).toEqual({ ok: false, because: expect.stringContaining('network c not found') })
  engine.disturb(() => undefined)
  engine.containers.delete(id)
  const gone = await executeUndo(docker, { verb: 'start', container: id }, { runId: 'r1', withinMs: 60_000 })
  expect(gone).toEqual({ ok: true, because: 'it is gone' })
})

test.each([
  ['networks', { verb: 'remove-network', network: 'c'.repeat(64) }],
  ['volumes', { verb: 'remove-volume', volume: 'badgateway-r1-logs' }],
] as const)('nor of %s that are there when they are looked for', async (kind, undo) => {
  const { docker } = await raise()
  let refusals = 1
  engine.disturb((call) => {
    if (!call.startsWith(`GET /${kind}/`) || refusals === 0) return undefined
    refusals -= 1
    return { status: 404, message: 'No such thing' }
  })
  const told = await executeUndo(docker, undo, { runId: 'r1', withinMs: 10_000 })
  expect(told).toEqual({ ok: false, because: expect.stringContaining('No such thing') })
  expect(engine[kind].size).toBe(1)
})
