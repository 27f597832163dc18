import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Duty, standGuard } from '../../../src/cleanup/guard-duty.ts'
import type { LateFact } from '../../../src/cleanup/rescue.ts'
import type { OnRecord } from '../../../src/engine/on-record.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { everythingOnRecord } from '../../support/on-record.ts'
import { quickClock } from '../../support/quick-clock.ts'

const [web, api] = ['a'.repeat(64), 'b'.repeat(64)]
const ours = { badgateway: 'r1', 'badgateway.owner': 'me' }
let engine: FakeEngine
let input: PassThrough
let answers: { seq: number; ok: boolean; because: string }[]
let facts: LateFact[]
let note: string[]
let ended: boolean
let logged: string[]

beforeEach(async () => {
  engine = await fakeEngine()
  input = new PassThrough()
  answers = []
  facts = []
  note = []
  ended = false
  logged = []
  engine.addContainer(web, ours)
  engine.addContainer(api, ours)
  engine.networks.set('edge', { labels: ours })
  engine.volumes.set('logs', { labels: ours })
})
afterEach(() => engine.close())

function stand(parts: Partial<Duty> = {}) {
  const output = new PassThrough()
  output.on('data', (line: Buffer) => answers.push(JSON.parse(line.toString())))
  return standGuard({
    runId: 'r1',
    owner: 'me',
    input,
    output,
    connect: () => Promise.resolve(engine.docker),
    openRecord: () =>
      Promise.resolve({
        runId: 'r1',
        promised: [],
        ended,
        spans: () => ({ wallMs: 3, storyMs: 1, overheadMs: 2 }),
        writeDurably: (fact: LateFact) => Promise.resolve(facts.push(fact)),
        close: () => Promise.resolve(),
      }),
    onRecord: () => everythingOnRecord,
    leaveNote: (lines) => Promise.resolve(void note.push(...lines)),
    log: (line) => logged.push(line),
    clock: quickClock(),
    patienceMs: 10_000,
    leaseMs: Number.POSITIVE_INFINITY,
    callMs: 30_000,
    harnessLives: () => false,
    ...parts,
  })
}

const say = (line: unknown) => input.write(`${JSON.stringify(line)}\n`)
const register = (seq: number, id: string, container: string) =>
  say({ say: 'register', seq, entry: { id, undo: { verb: 'start', container }, why: `stop ${id}` } })
const left = () => [engine.containers.size, engine.networks.size, engine.volumes.size]

describe('a guard', () => {
  test('says that it is ready, acknowledges in order, and touches nothing when it is sent home', async () => {
    const end = stand()
    register(1, 'u1', web)
    say({ say: 'done', seq: 2, id: 'u1' })
    say({ say: 'clean', seq: 3 })
    expect(await end).toBe('clean')
    expect(answers.map(({ seq, ok }) => [seq, ok])).toEqual([0, 1, 2, 3].map((seq) => [seq, true]))
    expect(engine.changes).toEqual([])
    expect(left()).toEqual([2, 1, 1])
  })

  test('acknowledges nothing that it does not understand', async () => {
    const end = stand()
    input.write('{"say":"register","seq":1,"entry":{"id":"u1","undo":{"verb":"rm -rf"},"why":""}}\nnoise\n')
    say({ say: 'clean', seq: 2 })
    expect(await end).toBe('clean')
    expect(answers.slice(1, 3)).toEqual([
      { seq: 1, ok: false, because: 'not understood' },
      { seq: -1, ok: false, because: 'not understood' },
    ])
  })

  test('when the harness is gone it undoes, newest first, removes all, and writes it down', async () => {
    for (const one of engine.containers.values()) one.state = 'exited'
    const end = stand()
    register(1, 'u1', web)
    register(2, 'u2', api)
    register(3, 'u3', web)
    say({ say: 'done', seq: 4, id: 'u3' })
    input.end('{"say":"register","seq":5,"ent')
    expect(await end).toBe('rescued')
    expect(engine.changes.slice(0, 2)).toEqual([api, web].map((id) => `POST /containers/${id}/start`))
    expect(left()).toEqual([0, 0, 0])
    expect(facts).toEqual([
      { kind: 'undo-done', id: 'u2', ok: true, by: 'guard', because: 'done' },
      { kind: 'undo-done', id: 'u1', ok: true, by: 'guard', because: 'done' },
      { kind: 'world-compared', clean: true, differences: [] },
      { kind: 'run-ended', reason: 'killed', by: 'guard', wallMs: 3, storyMs: 1, overheadMs: 2 },
    ])
    expect(note).toEqual([])
  })

  test("when the harness is gone it runs the undo of somebody's command, before the stack goes", async () => {
    const cwd = await temporaryFolder('guard-runs')
    const end = stand()
    const run = { verb: 'run', argv: ['sh', '-c', 'echo "$BADGATEWAY_URL" > undone'], cwd } as const
    const undo = { ...run, vars: { BADGATEWAY_URL: 'http://x' }, withinMs: 30_000, hasSecrets: false }
    say({ say: 'register', seq: 1, entry: { id: 'u1', undo, why: 'break it' } })
    input.end()
    expect(await end).toBe('rescued')
    expect(await readFile(join(cwd, 'undone'), 'utf8')).toBe('http://x\n')
    expect(facts[0]).toEqual({ kind: 'undo-done', id: 'u1', ok: true, by: 'guard', because: 'done: exit code 0' })
  })

  test('a run that ended in order does not end a second time', async () => {
    ended = true
    const end = stand()
    input.end()
    expect(await end).toBe('rescued')
    expect(facts.map(({ kind }) => kind)).toEqual(['world-compared'])
  })

  test('a run that had ended, and left nothing, is not written to: it is judged by its own words', async () => {
    ended = true
    for (const things of [engine.containers, engine.networks, engine.volumes]) things.clear()
    const end = stand()
    input.end()
    expect(await end).toBe('rescued')
    expect(facts).toEqual([])
  })

  test('an undo that fails is kept by the removal of what it was about', async () => {
    engine.disturb((call) => (call.includes('/start') ? { status: 500, message: 'no' } : undefined))
    for (const one of engine.containers.values()) one.state = 'exited'
    const end = stand()
    register(1, 'u1', web)
    input.end()
    expect(await end).toBe('rescued')
    expect(facts[0]).toEqual({ kind: 'undo-done', id: 'u1', ok: true, by: 'guard', because: 'it is gone' })
  })

  test('leaves alone what another run or another owner made', async () => {
    engine.addContainer('c'.repeat(64), { badgateway: 'r2', 'badgateway.owner': 'me' })
    engine.addContainer('d'.repeat(64), { badgateway: 'r1', 'badgateway.owner': 'somebody else' })
    engine.addContainer('f'.repeat(64), { badgateway: 'r1' })
    engine.addContainer('e'.repeat(64), {})
    const end = stand()
    input.end()
    expect(await end).toBe('rescued')
    expect([...engine.containers.keys()]).toEqual(['c', 'd', 'f', 'e'].map((letter) => letter.repeat(64)))
  })

  test('leaves alone, and names, what wears all its labels and is not on its record', async () => {
    const copy = 'c'.repeat(64)
    engine.addContainer(copy, ours)
    engine.networks.set('theirs', { labels: ours })
    engine.volumes.set('theirs', { labels: ours })
    engine.volumes.set('badgateway-r1-logs', { labels: {} })
    const made = [web, api, 'edge', 'logs']
    const onRecord = (): OnRecord => ({ has: ({ id }) => made.includes(id) })
    const end = stand({ onRecord })
    input.end()
    expect(await end).toBe('rescued')
    expect([...engine.containers.keys(), ...engine.networks.keys(), ...engine.volumes.keys()]).toEqual([
      copy,
      'theirs',
      'theirs',
      'badgateway-r1-logs',
    ])
    const named = facts.flatMap((fact) => (fact.kind === 'problem' ? [fact.message] : []))
    expect(named).toHaveLength(4)
    expect(named[0]).toBe(`container ${copy} wears the label of run r1, which did not make it: it is left alone`)
    expect(facts).toContainEqual({ kind: 'world-compared', clean: true, differences: [] })
    expect(logged.join('\n')).toContain(named[0])
  })

  test('removes what the engine was still making when the harness died', async () => {
    let deleted = 0
    engine.disturb((call) => {
      if (call.startsWith('DELETE /containers') && ++deleted === 2) engine.addContainer('c'.repeat(64), ours)
      return undefined
    })
    const end = stand()
    input.end()
    expect(await end).toBe('rescued')
    expect(left()).toEqual([0, 0, 0])
  })

  test('goes on trying while the engine is away', async () => {
    let tries = 0
    const connect = () => (++tries < 5 ? Promise.reject(new Error('nothing listens')) : Promise.resolve(engine.docker))
    const end = stand({ connect })
    input.end()
    expect(await end).toBe('rescued')
    expect(tries).toBe(5)
    expect(left()).toEqual([0, 0, 0])
  })

  test('gives up after its patience, and leaves the commands and the truth', async () => {
    const end = stand({ connect: () => Promise.reject(new Error('nothing listens')) })
    register(1, 'u1', web)
    input.end()
    expect(await end).toBe('left-over')
    expect(note.join('\n')).toContain('docker ps -aq --filter label=badgateway=r1 | xargs -r docker rm -fv')
    expect(facts).toEqual([
      { kind: 'world-compared', clean: false, differences: [expect.stringMatching(/nothing listens/)] },
      expect.objectContaining({ kind: 'run-ended', by: 'guard' }),
    ])
  })

  test('what the engine will not remove is named', async () => {
    engine.disturb((call) => (call.startsWith('DELETE /networks') ? { status: 403, message: 'in use' } : undefined))
    const end = stand({ patienceMs: 1_000 })
    input.end()
    expect(await end).toBe('left-over')
    expect(left()).toEqual([0, 1, 0])
    expect(facts[0]).toMatchObject({
      clean: false,
      differences: [expect.stringMatching(/network edge is left: .*in use/)],
    })
  })

  test('cleans up although the journal cannot be continued', async () => {
    const end = stand({ openRecord: () => Promise.reject(new Error('no space left')) })
    input.end()
    expect(await end).toBe('rescued')
    expect(left()).toEqual([0, 0, 0])
    expect(logged.join('\n')).toContain('no space left')
  })

  test('a broken pipe is the death of the harness', async () => {
    const end = stand()
    input.destroy(new Error('EIO'))
    expect(await end).toBe('rescued')
    expect(left()).toEqual([0, 0, 0])
  })
})

/** The engine's clock and ours: what a call makes that was under way appears when so much of it has passed. */
function lateBy(ms: number, appear: () => void) {
  const clock = quickClock()
  let due = false
  return {
    ...clock,
    sleep: async (forMs: number, signal?: AbortSignal) => {
      await clock.sleep(forMs, signal)
      if (due || clock.now() < ms) return
      due = true
      appear()
    },
  }
}

describe('an engine that is slow', () => {
  const late = 'c'.repeat(64)
  const appear = () => {
    engine.addContainer(late, ours)
    // The engine makes the volume anew that the container is bound to, without our label.
    engine.volumes.set('badgateway-r1-logs', { labels: {} })
  }

  test.each([4_000, 6_000, 20_000])('makes what the harness had asked for %i ms late: it is gone too', async (ms) => {
    const end = stand({ clock: lateBy(ms, appear) })
    for (const did of ['begin', 'made', 'begin', 'made', 'begin']) say({ say: 'call', kind: 'container', did })
    input.end()
    expect(await end).toBe('rescued')
    expect(engine.containers.has(late)).toBe(false)
    expect(left()).toEqual([0, 0, 0])
    expect(facts).toContainEqual({ kind: 'world-compared', clean: true, differences: [] })
  })

  test('is not waited for when all that was asked for is there, or nothing was', async () => {
    for (const dids of [
      ['begin', 'made', 'begin', 'made'],
      ['begin', 'begin'],
      ['begin', 'failed'],
    ]) {
      engine.addContainer(web, ours)
      engine.addContainer(api, ours)
      input = new PassThrough()
      const clock = quickClock()
      const end = stand({ clock })
      for (const did of dids) say({ say: 'call', kind: 'container', did })
      input.end()
      expect(await end).toBe('rescued')
      expect(clock.now()).toBeLessThan(10_000)
    }
  })
})

describe('a lease', () => {
  test('that runs out makes the harness a dead one: its changes are undone, its journal stays its own', async () => {
    const end = stand({ leaseMs: 30_000, harnessLives: () => true })
    register(1, 'u1', web)
    expect(await end).toBe('silent')
    expect(left()).toEqual([0, 0, 0])
    expect(facts).toEqual([])
    expect(logged.join('\n')).toContain('has said nothing for 30 s')
  })

  test('is no matter to a harness that gives up and lives on: the guard ends its journal', async () => {
    const end = stand({ harnessLives: () => true })
    register(1, 'u1', web)
    input.end()
    expect(await end).toBe('rescued')
    expect(facts.map(({ kind }) => kind)).toEqual(['undo-done', 'world-compared', 'run-ended'])
  })

  test('is renewed by every beat, and a harness that is really gone is told in its journal', async () => {
    const clock = quickClock()
    let beats = 0
    const sleep = async (ms: number, signal?: AbortSignal) => {
      await clock.sleep(ms, signal)
      beats += 1
      if (beats <= 100) say({ say: 'beat' })
      if (beats === 100) input.end()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const end = stand({ leaseMs: 30_000, clock: { ...clock, sleep } })
    expect(await end).toBe('rescued')
    expect(beats).toBeGreaterThanOrEqual(100)
    expect(logged.join('\n')).not.toContain('has said nothing')
    expect(facts).toContainEqual(expect.objectContaining({ kind: 'run-ended', reason: 'killed', by: 'guard' }))
  })
})
