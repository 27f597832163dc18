import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type CleanFlags, cleanAction } from '../../../src/commands/clean.ts'
import { readOwners, writeOwners } from '../../../src/engine/guard-files.ts'
import { ownerOf } from '../../../src/engine/owner.ts'
import { openJournal, readJournal } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { putOnRecord } from '../../support/on-record.ts'

const web = 'a'.repeat(64)
const [boot, pid, start, namespace] = ownerOf(process.pid).split('/')
const dead = [boot, pid, Number(start) + 1, namespace].join('/')
let engine: FakeEngine
let cwd: string
let said: string
let told: string

/** What a thing of this run wears, which has this container on record. */
async function recorded(runId: string, owner: string, id: string) {
  const journal = join(cwd, 'elsewhere', runId, 'journal.jsonl')
  const labels = { badgateway: runId, 'badgateway.owner': owner, 'badgateway.journal': journal }
  await putOnRecord(labels, 'container', [id])
  return labels
}

beforeEach(async () => {
  engine = await fakeEngine()
  cwd = await temporaryFolder('clean')
  vi.stubEnv('TMPDIR', await temporaryFolder('wards'))
  told = ''
  said = ''
})
afterEach(() => {
  vi.unstubAllEnvs()
  return engine.close()
})

const clean = (flags: Partial<CleanFlags> = {}) =>
  cleanAction(
    { out: 'runs', ...flags },
    {
      out: (text) => {
        said += text
      },
      err: (text) => {
        told += text
      },
      env: { DOCKER_HOST: engine.dockerHost },
      cwd,
    },
  )

test('where nothing is left it says so', async () => {
  expect(await clean()).toBe(0)
  expect(said).toBe('Nothing is left of dead runs.\n')
})

test('a run that is alive is told and left alone', async () => {
  engine.addContainer(web, { badgateway: 'r1', 'badgateway.owner': ownerOf(process.pid) })
  expect(await clean()).toBe(0)
  expect(said).toContain('Run r1 is alive, so it is left alone')
  expect(engine.changes).toEqual([])
})

test.each([
  ['a run', 'scenario/2026-11-20/as-it-happened'],
  ['a group', 'incidents/2026-11-20/scenario/as-it-happened'],
])('journals of %s that nobody put in order are found below the folder of runs', async (_what, place) => {
  const folder = join(cwd, 'runs', place)
  await mkdir(join(folder, 'logs'), { recursive: true })
  const file = join(folder, 'journal.jsonl')
  const journal = openJournal(file, realClock)
  const started = { kind: 'run-started', format: 1, runId: 'r1', scenario: 's', variant: 'v', title: 't' } as const
  await journal.writeDurably({ ...started, incidentMinuteMs: 1_000, clockStart: '14:30', environment: {} })
  await journal.close()
  writeOwners(file, { runId: 'r1', harness: dead, guard: dead })
  expect(await clean()).toBe(0)
  expect(said).toBe('Run r1 was dead; removed\n')
  expect((await readJournal(file)).facts.at(-1)).toMatchObject({ kind: 'run-ended', by: 'sweep' })
  expect(readOwners(file)).toBeUndefined()
})

test('what could not be removed is named, and the exit code is 4', async () => {
  engine.addContainer(web, await recorded('r1', dead, web))
  engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'device is busy' } : undefined))
  expect(await clean()).toBe(4)
  expect(said).toMatch(/^Run r1 was dead; not everything could be removed\n {2}! container a+ is left: .*busy/)
})

test('a run that is named is told and removed, and nothing else is said or touched', async () => {
  const [other, stranger, living] = ['b', 'c', 'd'].map((letter) => letter.repeat(64)) as [string, string, string]
  engine.addContainer(web, await recorded('r1', dead, web))
  engine.addContainer(other, await recorded('r2', dead, other))
  engine.addContainer(stranger, { badgateway: 'r3', 'badgateway.owner': dead })
  engine.addContainer(living, { badgateway: 'r4', 'badgateway.owner': ownerOf(process.pid) })
  expect(await clean({ run: 'r1' })).toBe(0)
  expect(said).toBe(`Run r1 was dead; removed\n  container ${web}\n`)
  // Names of folders are made at random, and may hold these letters.
  for (const id of ['r2', 'r3', 'r4', other, stranger, living]) expect(told).not.toMatch(new RegExp(`\\b${id}\\b`))
  expect([...engine.containers.keys()]).toEqual([other, stranger, living])
})

test('what wears our label without being ours is named and left, with what can be done', async () => {
  engine.addContainer(web, { badgateway: 'r3', 'badgateway.owner': dead })
  expect(await clean()).toBe(0)
  expect(said).toBe(`Run r3 has no record here of these, so they are left alone\n  container ${web}\n`)
  expect(told).toContain('to remove it: badgateway clean --run r3')
  expect(engine.changes).toEqual([])
})

test('a folder of runs that cannot be looked into is told', async () => {
  await symlink('runs', join(cwd, 'runs'))
  expect(await clean()).toBe(0)
  expect(told).toMatch(/runs cannot be looked into: ELOOP.*: runs in it are not put in order/)
})

test('what is no run id is refused before the engine is asked', async () => {
  await engine.close()
  await expect(clean({ run: '$(reboot)' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('$(reboot)'),
  })
  engine = await fakeEngine()
})
