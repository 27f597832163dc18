import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type CleanFlags, cleanAction } from '../../../src/commands/clean-action.ts'
import { openJournal, readJournal } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { readOwners, writeOwners } from '../../../src/stack/guard-files.ts'
import { ownerOf } from '../../../src/stack/owner.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'

const web = 'a'.repeat(64)
const [boot, pid, start, namespace] = ownerOf(process.pid).split('/')
const dead = [boot, pid, Number(start) + 1, namespace].join('/')
let engine: FakeEngine
let cwd: string
let said: string

beforeEach(async () => {
  engine = await fakeEngine()
  cwd = await temporaryFolder('clean')
  said = ''
})
afterEach(() => engine.close())

const clean = (flags: Partial<CleanFlags> = {}) =>
  cleanAction(
    { out: 'runs', ...flags },
    {
      out: (text) => {
        said += text
      },
      err: () => undefined,
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
  engine.addContainer(web, { badgateway: 'r1', 'badgateway.owner': dead })
  engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'device is busy' } : undefined))
  expect(await clean()).toBe(4)
  expect(said).toMatch(/^Run r1 was dead; not everything could be removed\n {2}! container a+ is left: .*busy/)
})

test('what is no run id is refused before the engine is asked', async () => {
  await engine.close()
  await expect(clean({ run: '$(reboot)' })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('$(reboot)'),
  })
  engine = await fakeEngine()
})
