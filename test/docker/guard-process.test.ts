// @group light 10s
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Guard, startGuard } from '../../src/cleanup/guard.ts'
import { guardFiles, readOwners } from '../../src/engine/guard-files.ts'
import { runLabels } from '../../src/engine/labels.ts'
import { ownerOf, ownerState } from '../../src/engine/owner.ts'
import { openJournal, readJournal } from '../../src/journal/index.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { type FakeEngine, fakeEngine } from '../support/fake-engine.ts'
import { temporaryFolder } from '../support/folder.ts'
import { patience } from '../support/machine.ts'
import { putOnRecord } from '../support/on-record.ts'
import { runStarted } from '../support/run-started.ts'

const web = 'a'.repeat(64)
const entry = { id: 'u1', undo: { verb: 'start', container: web } as const, why: 'stop' }
let engine: FakeEngine
let journalFile: string
let guard: Guard

beforeEach(async () => {
  engine = await fakeEngine()
  journalFile = join(await temporaryFolder('guard'), 'journal.jsonl')
  const journal = openJournal(journalFile, realClock)
  await journal.writeDurably(runStarted('r1'))
  await journal.close()
  const labels = runLabels({ runId: 'r1', journalFile })
  engine.addContainer(web, labels, 'exited')
  await putOnRecord(labels, 'container', [web])
  guard = await startGuard({ runId: 'r1', journalFile, dockerHost: engine.dockerHost })
})

afterEach(async () => {
  if (ownerState(ownerOf(guard.pid)) === 'alive' && existsSync(`/proc/${guard.pid}`)) process.kill(guard.pid, 'SIGKILL')
  await engine.close()
})

const gone = () =>
  pollUntil(() => Promise.resolve(ownerOf(guard.pid).split('/')[2] === '0' || undefined), {
    withinMs: patience(10_000),
    everyMs: 10,
    clock: realClock,
  })

test('a guard holds and lets go, says who looks after the run, and goes home without a trace', async () => {
  await guard.register(entry)
  await guard.done('u1')
  expect(readOwners(journalFile)).toEqual({ runId: 'r1', harness: ownerOf(process.pid), guard: ownerOf(guard.pid) })
  await guard.clean()
  expect(await gone()).toBe(true)
  expect(engine.changes).toEqual([])
  expect(existsSync(guardFiles(journalFile).owners)).toBe(false)
})

test('it has a session of its own, is called guard, and hears no signal but the last', async () => {
  const stat = readFileSync(`/proc/${guard.pid}/stat`, 'utf8')
  const [, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  expect(Number(session)).toBe(guard.pid)
  expect(readFileSync(`/proc/${guard.pid}/cmdline`, 'utf8')).toContain('guard')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(guard.pid, signal)
  await guard.register(entry)
  await guard.clean()
})

test('abandoned, it undoes, removes, and ends the journal', async () => {
  await guard.register(entry)
  guard.abandon()
  expect(await gone()).toBe(true)
  expect(engine.changes).toEqual([`POST /containers/${web}/start`, `DELETE /containers/${web}`])
  const { facts } = await readJournal(journalFile)
  expect(facts.map(({ kind }) => kind)).toEqual(['run-started', 'undo-done', 'world-compared', 'run-ended'])
  expect(facts.at(-1)).toMatchObject({ reason: 'killed', by: 'guard' })
  expect(existsSync(guardFiles(journalFile).owners)).toBe(false)
})

test('a guard that is lost is told at once, and promises nothing more', async () => {
  process.kill(guard.pid, 'SIGKILL')
  expect(await guard.lost).toMatchObject({ code: 'GUARD_FAILED', message: expect.stringContaining('SIGKILL') })
  await expect(guard.register(entry)).rejects.toMatchObject({ code: 'GUARD_FAILED' })
})

test('a guard that dies with a question open does not leave it open', async () => {
  process.kill(guard.pid, 'SIGSTOP')
  const promise = guard.register(entry)
  process.kill(guard.pid, 'SIGKILL')
  await expect(promise).rejects.toMatchObject({ code: 'GUARD_FAILED' })
})

test('where no log can be written no guard is started', async () => {
  const folder = join(dirname(journalFile), 'occupied')
  await writeFile(folder, 'a file')
  const options = { runId: 'r1', journalFile: join(folder, 'journal.jsonl'), dockerHost: engine.dockerHost }
  await expect(startGuard(options)).rejects.toMatchObject({ code: 'GUARD_FAILED' })
})
