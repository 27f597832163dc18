import { afterEach, beforeEach, expect, test } from 'vitest'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { closeRun } from '../../../src/run/closing.ts'
import type { Session } from '../../../src/run/session.ts'
import { takeSnapshot } from '../../../src/stack/world.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

const end = { reason: 'completed', storyMs: 10 } as const

/** A run that raised nothing; what its journal and its guard say at the very end, and what undoing left. */
async function close(say: { journal?: Error; guard?: Error; left?: string[] }) {
  const told: string[] = []
  const answer = (error?: Error) => (error ? Promise.reject(error) : Promise.resolve())
  const session = {
    runId: 'r1',
    engine: { docker: engine.docker },
    before: await takeSnapshot(engine.docker),
    endWatching: () => undefined,
    undo: { undoAll: () => Promise.resolve(say.left ?? []) },
    journal: {
      now: () => 20,
      write: ({ kind }: { kind: string }) => told.push(kind),
      close: () => answer(say.journal),
    },
    guard: { clean: () => answer(say.guard), abandon: () => told.push('left to the guard') },
  }
  return { ...(await closeRun(session as unknown as Session, undefined, end)), told }
}

test('a run that leaves nothing is clean', async () => {
  const { told, ...rest } = await close({})
  expect(rest).toStrictEqual({ clean: true })
  expect(told).toEqual(['phase-entered', 'phase-entered', 'world-compared', 'run-ended'])
})

test('a journal that breaks as it is closed is told, though all is clean', async () => {
  const full = new BadgatewayError('JOURNAL_UNWRITABLE', 'EIO', 'Look at the disk.')
  expect(await close({ journal: full })).toMatchObject({ clean: true, late: full })
})

test('so is a guard that was gone before it was let go', async () => {
  const gone = new BadgatewayError('GUARD_FAILED', 'it ended', 'Was it killed?')
  expect(await close({ guard: gone })).toMatchObject({ clean: true, late: gone })
})

test('what is not undone is no clean end, and stays with the guard', async () => {
  const { clean, told } = await close({ left: ['web-1 is still paused'] })
  expect([clean, told.at(-1)]).toEqual([false, 'left to the guard'])
})
