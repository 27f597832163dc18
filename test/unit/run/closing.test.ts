import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Labels } from '../../../src/engine/labels.ts'
import { takeSnapshot } from '../../../src/engine/world.ts'
import type { NewFact } from '../../../src/journal/index.ts'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { closeRun } from '../../../src/run/closing.ts'
import type { Session } from '../../../src/run/session.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { putOnRecord } from '../../support/on-record.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

const end = { reason: 'completed', storyMs: 10 } as const

/** A run that raised nothing; what its journal and its guard say at the very end, and what undoing left. */
async function close(say: { journal?: Error; guard?: Error; left?: string[]; labels?: Labels }) {
  const told: string[] = []
  const problems: NewFact[] = []
  const answer = (error?: Error) => (error ? Promise.reject(error) : Promise.resolve())
  const session = {
    runId: 'r1',
    labels: say.labels ?? { badgateway: 'r1' },
    engine: { docker: engine.docker },
    before: await takeSnapshot(engine.docker),
    endWatching: () => undefined,
    undo: { outstanding: [], undoAll: () => Promise.resolve(say.left ?? []) },
    journal: {
      now: () => 20,
      write: (fact: NewFact) => {
        told.push(fact.kind)
        if (fact.kind === 'problem') problems.push(fact)
      },
      flushed: () => {
        told.push('flushed')
        return Promise.resolve()
      },
      close: () => {
        told.push('closed')
        return answer(say.journal)
      },
    },
    guard: {
      clean: () => {
        told.push('sent home')
        return answer(say.guard)
      },
      abandon: () => told.push('left to the guard'),
    },
  }
  return { ...(await closeRun(session as unknown as Session, undefined, end)), told, problems }
}

/** Killed between any two of these, a run has its end on the disk, or a guard that gives it one. */
const inOrder = ['flushed', 'sent home', 'closed']

test('a run that leaves nothing is clean', async () => {
  const { told, problems, ...rest } = await close({})
  expect(rest).toStrictEqual({ clean: true })
  expect(problems).toEqual([])
  expect(told).toEqual(['phase-entered', 'phase-entered', 'world-compared', 'run-ended', ...inOrder])
})

test('a journal that breaks as it is closed is told, though all is clean', async () => {
  const full = new BadgatewayError('JOURNAL_UNWRITABLE', 'EIO', 'Look at the disk.')
  expect(await close({ journal: full })).toMatchObject({ clean: true, late: full })
})

test('so is a guard that was gone before it was let go', async () => {
  const gone = new BadgatewayError('GUARD_FAILED', 'it ended', 'Was it killed?')
  const { clean, late, told, problems } = await close({ guard: gone })
  expect({ clean, late }).toEqual({ clean: true, late: gone })
  // In the journal too, which is where a report has it from.
  expect(told.slice(-4)).toEqual(['flushed', 'sent home', 'problem', 'closed'])
  expect(problems).toEqual([expect.objectContaining({ code: 'GUARD_FAILED', message: 'it ended', whose: 'harness' })])
})

test('what is not undone is no clean end, and stays with the guard', async () => {
  const { clean, told } = await close({ left: ['web-1 is still paused'] })
  expect([clean, told.at(-1)]).toEqual([false, 'left to the guard'])
})

test('what is on its record is removed; a copy with its labels is left alone, named, and no difference', async () => {
  const labels = { badgateway: 'r1', 'badgateway.journal': join(await temporaryFolder('closing'), 'journal.jsonl') }
  await putOnRecord(labels, 'container', ['ours'])
  for (const id of ['ours', 'copy']) engine.addContainer(id, labels)
  const { clean, problems } = await close({ labels })
  expect(clean).toBe(true)
  expect([...engine.containers.keys()]).toEqual(['copy'])
  const message = 'container copy wears the label of run r1, which did not make it: it is left alone'
  expect(problems).toEqual([expect.objectContaining({ code: 'UNDO_REFUSED', message, whose: 'environment' })])
})

test('what wears the label of another run is not looked at: it is neither named nor a difference', async () => {
  engine.addContainer('theirs', { badgateway: 'r2' })
  const { clean, problems } = await close({})
  expect([clean, problems, [...engine.containers.keys()]]).toEqual([true, [], ['theirs']])
})
