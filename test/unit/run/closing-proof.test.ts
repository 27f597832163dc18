import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeSnapshot } from '../../../src/engine/world.ts'
import { factsOf, type NewFact } from '../../../src/journal/facts.ts'
import type { Fact } from '../../../src/journal/index.ts'
import { closeRun } from '../../../src/run/closing.ts'
import type { Session } from '../../../src/run/session.ts'
import { type ActiveFault, type Stage, see } from '../../../src/run/stage.ts'
import { LogBook } from '../../../src/watch/index.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { type FakeScene, fakeScene } from '../../support/fake-stack.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

type WitnessObservation = Awaited<ReturnType<ActiveFault['fault']['witness']['see']>>

/** A fault whose witness sees this, or cannot look. */
function faultSeen(look: () => Promise<WitnessObservation>, name = 'the deploy'): ActiveFault {
  const inject = () => Promise.reject(new Error('not asked for'))
  return { name, fault: { inject, witness: { name: 'an independent look', see: look } } }
}

const absent = () => Promise.resolve({ present: false, because: 'gone' })
const present = () => Promise.resolve({ present: true, because: 'still there' })

interface Ending {
  scene?: (scene: FakeScene) => void
  /** In force when the story ended. */
  active?: ActiveFault[]
  /** In force once, and ended by a remedy. */
  ended?: ActiveFault[]
  /** It answered well before the story; default: true. */
  wasWell?: boolean
  /** What goes wrong while the run is closed. */
  fails?: string
}

/** The end of a run on a fake stack, and what it noted. */
async function close({ scene: change, active = [], ended = [], wasWell = true, fails }: Ending) {
  const written: Fact[] = []
  const calls: string[] = []
  const does = <T>(what: string, value: T): Promise<T> => {
    calls.push(what)
    return what === fails ? Promise.reject(new Error('no answer')) : Promise.resolve(value)
  }
  const journal = {
    now: () => 20,
    write: (fact: NewFact) => {
      written.push({ ...fact, n: written.length + 1, t: 0, at: '' } as Fact)
      return written.at(-1)
    },
    flushed: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  // It was looked at until it was.
  journal.write({ kind: 'steady-checked', steady: false, requests: 9, failed: 1, p99Ms: 9, because: 'not yet' })
  journal.write({ kind: 'steady-checked', steady: wasWell, requests: 9, failed: 0, p99Ms: 9, because: 'it was seen' })
  const scene = fakeScene()
  const hash = scene.stack.proxies.get('proxy')?.hash() ?? ''
  scene.releases.record({ name: 'the first', hash, files: [] })
  change?.(scene)
  const session = {
    runId: 'r1',
    labels: { badgateway: 'r1' },
    engine: { docker: engine.docker },
    before: await takeSnapshot(engine.docker),
    endWatching: () => calls.push('not watched any more'),
    undo: { outstanding: [], undoAll: () => does('undone', []) },
    journal,
    guard: { clean: () => does('guard let go', undefined), abandon: () => calls.push('left to the guard') },
  }
  const passing = new AbortController()
  passing.signal.addEventListener('abort', () => calls.push('nothing expires any more'))
  const stage = {
    ...{ scene, stack: scene.stack, clock: scene.clock, journal, facts: written, active, plan: {} },
    inForce: [...active, ...ended],
    data: [],
    dataBefore: new Map(),
    endDriftWatch: () => does('nothing watches it', undefined),
    expiring: { over: passing, waiting: [] },
    traffic: { stop: () => does('load ended', []) },
    watching: { logs: new LogBook(() => undefined), stop: () => does('watch ended', undefined) },
  }
  const { clean } = await closeRun(session as unknown as Session, stage as unknown as Stage, {
    reason: 'completed',
    storyMs: 10,
  })
  const differences = factsOf(written, 'world-compared').flatMap((one) => one.differences)
  return { clean, differences, written, calls }
}

test('a fault that is gone, on a shop that answers as it did, is a clean end', async () => {
  const { clean, differences, written } = await close({ active: [faultSeen(absent)] })
  expect([clean, differences]).toEqual([true, []])
  expect(factsOf(written, 'fault-undone')).toMatchObject([{ fault: 'the deploy', by: 'undo' }])
  expect(factsOf(written, 'stack-seen')).toMatchObject([{ moment: 'end' }])
})

test('everything is ended in its order, from who keeps it to the guard', async () => {
  const { calls, written } = await close({ active: [faultSeen(absent)] })
  expect(calls).toEqual([
    'nothing watches it',
    'nothing expires any more',
    'load ended',
    'undone',
    'not watched any more',
    'watch ended',
    'guard let go',
  ])
  expect(written.slice(1).map(({ kind }) => kind)).toEqual([
    'steady-checked',
    'phase-entered',
    'stack-seen',
    'fault-witnessed',
    'proxy-reconciled',
    'fault-witnessed',
    'fault-undone',
    'phase-entered',
    'world-compared',
    'run-ended',
  ])
  expect(factsOf(written, 'fault-witnessed').map(({ moment }) => moment)).toEqual(['end', 'after'])
  expect(factsOf(written, 'run-ended')).toMatchObject([
    { reason: 'completed', by: 'harness', wallMs: 20, storyMs: 10, overheadMs: 10 },
  ])
})

test.each([
  ['nothing watches it', 'ending the watch over the configuration'],
  ['load ended', 'ending the load'],
  ['undone', 'undoing'],
  ['watch ended', 'ending the watch'],
])('what goes wrong is a difference, and stops nothing that comes after it: %s', async (fails, what) => {
  const { clean, differences, calls } = await close({ fails })
  expect([clean, differences]).toEqual([false, [`${what}: no answer`]])
  expect(calls).toContain('undone')
  expect(calls.at(-1)).toBe('left to the guard')
  expect(calls).not.toContain('guard let go')
})

test('a run without a release of its own has none to serve again', async () => {
  const { clean } = await close({ scene: ({ tried }) => tried.splice(0) })
  expect(clean).toBe(true)
})

test('a fault that is still there after its undo is none', async () => {
  const { clean, differences, written } = await close({ active: [faultSeen(present)] })
  expect([clean, differences]).toEqual([false, ["the fault 'the deploy' is still there after its undo"]])
  expect(factsOf(written, 'fault-undone')).toEqual([])
})

test('nor is one that a remedy had ended, and the undo brought back', async () => {
  const { clean, differences } = await close({ ended: [faultSeen(present, 'the first deploy')] })
  expect([clean, differences]).toEqual([false, ["the fault 'the first deploy' is still there after its undo"]])
})

test('a fault that a remedy had ended is looked at after the undo, and not told as undone again', async () => {
  const { clean, written } = await close({ ended: [faultSeen(absent)] })
  expect(clean).toBe(true)
  expect(factsOf(written, 'fault-witnessed')).toMatchObject([{ moment: 'after', present: false }])
  expect(factsOf(written, 'fault-undone')).toEqual([])
})

test('a proxy that serves another release than its first is none', async () => {
  const { clean, differences } = await close({
    scene: ({ tried }) => tried.splice(0, 1, { name: 'the first', hash: 'deadbeef', files: [] }),
  })
  expect(clean).toBe(false)
  expect(differences).toEqual([expect.stringMatching(/^after the undo after \d+ ms the proxy still serves release/)])
})

test('a shop that does not answer requests again is none', async () => {
  const { clean, differences } = await close({ scene: ({ stack }) => stack.dead.add('database') })
  expect(clean).toBe(false)
  expect(differences).toEqual(['after the undo 3 of 6 requests failed: 503 for /api/products'])
})

test('a shop that answers again after a moment is waited for', async () => {
  const { clean, differences } = await close({
    scene: (scene) => {
      const { sleep } = scene.clock
      scene.stack.dead.add('database')
      const waking: typeof sleep = (ms, signal) => {
        scene.stack.dead.delete('database')
        return sleep(ms, signal)
      }
      Object.assign(scene, { clock: { ...scene.clock, sleep: waking } })
    },
  })
  expect([clean, differences]).toEqual([true, []])
})

test('a shop that had never answered is no trace of what was tried', async () => {
  const { clean } = await close({ scene: ({ stack }) => stack.dead.add('database'), wasWell: false })
  expect(clean).toBe(true)
})

test('a witness that cannot look does not say that it is gone: it is a problem, and no clean end', async () => {
  const blind = faultSeen(() => Promise.reject(new Error('no answer')))
  const { clean, written } = await close({ active: [blind] })
  expect(clean).toBe(false)
  expect(factsOf(written, 'problem')).toMatchObject([
    { whose: 'harness', message: expect.stringContaining('no answer') },
  ])
  expect(factsOf(written, 'fault-witnessed').filter(({ moment }) => moment === 'after')).toEqual([])
})

test.each([
  ['before', true],
  ['start', false],
  ['middle', false],
  ['end', false],
  ['after', true],
] as const)('what is there in part is, for a look %s, there: %s', async (moment, there) => {
  const written: NewFact[] = []
  const journal = { write: (fact: NewFact) => ({ ...fact, n: written.push(fact), t: 0, at: '' }) as Fact }
  const part = faultSeen(() => Promise.resolve({ present: false, partly: true, because: 'at one of two' }))
  expect(await see({ scene: fakeScene(), journal }, part, moment)).toBe(there)
  expect(written).toMatchObject([{ kind: 'fault-witnessed', present: there }])
})

test('how many requests of users it has met is noted with the look', async () => {
  const written: NewFact[] = []
  const journal = { write: (fact: NewFact) => ({ ...fact, n: written.push(fact), t: 0, at: '' }) as Fact }
  const met = faultSeen(() => Promise.resolve({ present: true, met: 0, because: 'nobody asked' }))
  expect(await see({ scene: fakeScene(), journal }, met, 'end')).toBe(true)
  expect(written).toMatchObject([{ kind: 'fault-witnessed', present: true, met: 0 }])
})
