import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type SweepOptions, sweep } from '../../../src/cleanup/sweep.ts'
import { claimSweep, guardFiles, readOwners, writeOwners } from '../../../src/engine/guard-files.ts'
import { agree, intend } from '../../../src/engine/on-record.ts'
import { ownerOf } from '../../../src/engine/owner.ts'
import { appendAfterDeath, openJournal, readJournal } from '../../../src/journal/index.ts'
import { realClock } from '../../../src/kit/clock.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { putOnRecord } from '../../support/on-record.ts'
import { quickClock } from '../../support/quick-clock.ts'
import { runStarted } from '../../support/run-started.ts'

const [web, api] = ['a'.repeat(64), 'b'.repeat(64)]
const alive = ownerOf(process.pid)
const [boot, pid, start, namespace] = alive.split('/')
const dead = [boot, pid, Number(start) + 1, namespace].join('/')
const beforeBoot = ['an-earlier-boot', pid, start, namespace].join('/')
let engine: FakeEngine
let journal: string
let logged: string[]

beforeEach(async () => {
  engine = await fakeEngine()
  logged = []
  const folder = await temporaryFolder('sweep')
  await mkdir(join(folder, 'logs'))
  journal = join(folder, 'journal.jsonl')
  const written = openJournal(journal, realClock)
  written.write(runStarted('r1'))
  written.write({ kind: 'undo-promised', id: 'u1', undo: { verb: 'start', container: web }, why: 'stop' })
  await written.close()
  for (const runId of ['r1', 'r2']) await putOnRecord(labelsOf(dead, runId), 'container', [web, api])
  await putOnRecord(labelsOf(dead), 'network', ['edge'])
  await putOnRecord(labelsOf(dead), 'volume', ['logs'])
  vi.stubEnv('TMPDIR', await temporaryFolder('wards'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  return engine.close()
})

const labelsOf = (owner: string, runId = 'r1') => ({
  badgateway: runId,
  'badgateway.owner': owner,
  'badgateway.journal': journal,
})

const run = (more: Partial<SweepOptions> = {}) =>
  sweep(engine.docker, {
    log: (line) => logged.push(line),
    openRecord: (file) => appendAfterDeath(file, realClock),
    clock: quickClock(),
    ...more,
  })

describe('a sweep', () => {
  test('undoes and removes what a dead run left, and ends its journal; the next one finds nothing', async () => {
    engine.addContainer(web, labelsOf(dead), 'exited')
    engine.networks.set('edge', { labels: labelsOf(dead) })
    engine.volumes.set('logs', { labels: labelsOf(dead) })
    expect(await run()).toEqual([
      { runId: 'r1', state: 'removed', things: [`container ${web}`, 'network edge', 'volume logs'], left: [] },
    ])
    expect(engine.changes[0]).toBe(`POST /containers/${web}/start`)
    const { facts } = await readJournal(journal)
    expect(facts.slice(2)).toEqual([
      expect.objectContaining({ kind: 'undo-done', id: 'u1', ok: true, by: 'sweep' }),
      expect.objectContaining({ kind: 'world-compared', clean: true }),
      expect.objectContaining({ kind: 'run-ended', reason: 'killed', by: 'sweep' }),
    ])
    expect(await run()).toEqual([])
  })

  test('wakes and starts what was agreed to, also when it ends later, and removes none of it', async () => {
    const theirs = engine.addContainer(web, {}, 'exited')
    await agree(labelsOf(dead), [{ id: web, name: 'theirs' }])
    engine.addContainer(api, labelsOf(dead))
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    engine.disturb((call) => {
      // What the dead harness had asked for last is done only now.
      if (call.startsWith(`DELETE /containers/${api}`)) theirs.state = 'exited'
      return undefined
    })
    expect(await run()).toMatchObject([{ state: 'removed', things: [`container ${api}`], left: [] }])
    expect(theirs).toMatchObject({ state: 'running', starts: 3 })
    expect([...engine.containers.keys()]).toEqual([web])
  })

  test('what was agreed to and is not as it was is left over, and named', async () => {
    engine.addContainer(web, {}, 'exited')
    await agree(labelsOf(dead), [{ id: web, name: 'theirs' }])
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    engine.disturb((call) => (call.endsWith('/start') ? { status: 500, message: 'no room' } : undefined))
    expect(await run({ journals: [journal] })).toMatchObject([
      { state: 'left-over', left: [expect.stringMatching(/^stop: not undone: .*no room/)] },
    ])
    engine.disturb(() => undefined)
    expect(await run({ journals: [journal] })).toMatchObject([{ state: 'removed', left: [] }])
    expect(engine.containers.get(web)).toMatchObject({ state: 'running' })
  })

  test('a live run is never touched, not even when it is named', async () => {
    engine.addContainer(web, labelsOf(alive))
    expect(await run({ runId: 'r1' })).toEqual([
      { runId: 'r1', state: 'alive', things: [`container ${web}`], left: [] },
    ])
    expect(engine.changes).toEqual([])
  })

  test('a dead run whose guard is at work is left to it', async () => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: alive })
    engine.addContainer(web, labelsOf(dead))
    expect(await run()).toMatchObject([{ state: 'guarded' }])
    writeOwners(journal, { runId: 'another', harness: dead, guard: alive })
    expect(await run({ dryRun: true })).toMatchObject([{ state: 'found' }])
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    expect(await run()).toMatchObject([{ state: 'removed' }])
    expect(readOwners(journal)).toBeUndefined()
  })

  test('of two that sweep at once one does, and the journal has one end', async () => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    engine.addContainer(web, labelsOf(dead), 'exited')
    const both = await Promise.all([run(), run()])
    expect(both.map(([one]) => one?.state).sort()).toEqual(['guarded', 'removed'])
    const { facts } = await readJournal(journal)
    expect(facts.filter(({ kind }) => kind === 'run-ended')).toHaveLength(1)
    expect(facts.map(({ n }) => n)).toEqual(facts.map((_, index) => index + 1))
  })

  test.each([
    ['was killed', dead],
    ['was cut short with the machine', beforeBoot],
    ['wrote nothing', ''],
  ])('a sweep that %s does not keep the next one off', async (_, label) => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    engine.addContainer(web, labelsOf(dead))
    await writeFile(guardFiles(journal).sweeper, label)
    expect(await run()).toMatchObject([{ state: 'removed' }])
    expect(await readdir(join(journal, '..', 'logs'))).toEqual(['made.jsonl'])
  })

  test('what another one has been through with meanwhile is not swept again', async () => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    engine.addContainer(web, labelsOf(dead))
    const giveBack = claimSweep(journal)
    expect(await run()).toMatchObject([{ state: 'guarded', things: [`container ${web}`] }])
    giveBack?.()
    expect(await run()).toMatchObject([{ state: 'removed' }])
    expect(claimSweep(journal)).not.toBeNull()
  })

  test('who wears the label of a dead run but has a living owner survives', async () => {
    engine.addContainer(web, labelsOf(dead))
    engine.addContainer(api, labelsOf(alive))
    expect((await run()).map(({ state }) => state).sort()).toEqual(['alive', 'removed'])
    expect([...engine.containers.keys()]).toEqual([api])
  })

  test('who wears all its labels, and is not on its record, survives and is named, whoever names the run', async () => {
    const copy = 'c'.repeat(64)
    engine.addContainer(web, labelsOf(dead))
    engine.addContainer(copy, labelsOf(dead))
    const foreign = [expect.stringContaining(`container ${copy} wears the label of run r1, which did not make it`)]
    expect(await run({ dryRun: true })).toMatchObject([{ state: 'found', things: [`container ${web}`], foreign }])
    expect(await run()).toMatchObject([{ state: 'removed', things: [`container ${web}`], foreign }])
    expect((await readJournal(journal)).facts).toContainEqual(expect.objectContaining({ kind: 'problem' }))
    const written = (await readJournal(journal)).facts.length
    for (const more of [{}, { runId: 'r1' }]) {
      expect(await run(more)).toMatchObject([{ state: 'unrecorded', things: [`container ${copy}`] }])
    }
    expect((await readJournal(journal)).facts).toHaveLength(written)
    expect([...engine.containers.keys()]).toEqual([copy])
  })

  test('what a dead run was making under a name it had on record is its own, whatever id it was given', async () => {
    const late = 'c'.repeat(64)
    await intend(labelsOf(dead), { kind: 'container', name: late })
    engine.addContainer(late, labelsOf(dead))
    expect(await run()).toMatchObject([{ state: 'removed', things: [`container ${late}`] }])
  })

  test('a run whose record is gone is left alone until it is named', async () => {
    await rm(guardFiles(journal).made)
    engine.addContainer(web, labelsOf(dead))
    expect(await run()).toMatchObject([{ state: 'unrecorded', things: [`container ${web}`] }])
    expect(logged.join('\n')).toContain('to remove it: badgateway clean --run r1')
    expect(engine.changes).toEqual([])
    expect(await run({ runId: 'r1' })).toMatchObject([{ state: 'removed' }])
  })

  test('a log volume that the engine made anew without labels is known by the record of its run alone', async () => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    await putOnRecord(labelsOf(dead), 'volume', ['badgateway-r1-logs'])
    engine.volumes.set('badgateway-r1-logs', { labels: {} })
    engine.volumes.set('badgateway-blue-logs', { labels: {} })
    const swept = await run({ journals: [journal] })
    expect(swept.map(({ runId, state }) => `${runId} ${state}`).sort()).toEqual([
      'blue elsewhere',
      'r1 removed',
      'r1 removed',
    ])
    expect([...engine.volumes.keys()]).toEqual(['badgateway-blue-logs'])
  })

  test('what nobody here can judge is left alone until it is named', async () => {
    engine.addContainer(web, labelsOf(beforeBoot))
    engine.addContainer(api, { badgateway: 'r2' })
    expect((await run()).map(({ state }) => state)).toEqual(['elsewhere', 'elsewhere'])
    expect(engine.changes).toEqual([])
    expect(logged[0]).toContain('badgateway clean --run r1')
    expect((await run({ runId: 'r1' })).map(({ state }) => state)).toEqual(['removed'])
    expect([...engine.containers.keys()]).toEqual([api])
  })

  test('what this machine left before it was started anew is removed, unless it runs', async () => {
    writeOwners(journal, { runId: 'r1', harness: beforeBoot, guard: beforeBoot })
    const container = engine.addContainer(web, labelsOf(beforeBoot))
    expect(await run()).toMatchObject([{ state: 'elsewhere' }])
    container.state = 'exited'
    expect(await run()).toMatchObject([{ state: 'removed' }])
  })

  test('a dry run says what is there and touches nothing', async () => {
    engine.addContainer(web, labelsOf(dead))
    expect(await run({ dryRun: true })).toEqual([
      { runId: 'r1', state: 'found', things: [`container ${web}`], left: [] },
    ])
    expect(engine.changes).toEqual([])
    expect((await readJournal(journal)).facts).toHaveLength(2)
  })

  test('a run that left its journal and nothing else is put in order', async () => {
    writeOwners(journal, { runId: 'r1', harness: dead, guard: dead })
    expect(await run({ journals: [journal] })).toEqual([{ runId: 'r1', state: 'removed', things: [], left: [] }])
    expect((await readJournal(journal)).facts.at(-1)).toMatchObject({ kind: 'run-ended', by: 'sweep' })
    expect(await run({ journals: [journal] })).toEqual([])
  })

  test.each([
    ['of another name', () => '/etc/passwd', undefined],
    ['of another run', () => journal, /is not of run r2/],
    ['that is not there', () => join(journal, '..', 'none', 'journal.jsonl'), /cannot be continued.*cannot be read/],
  ])('a journal %s is not touched; what wears the label goes when its run is named', async (_, path, told) => {
    engine.addContainer(web, { ...labelsOf(dead, 'r2'), 'badgateway.journal': path() }, 'exited')
    await rm(guardFiles(journal).made)
    expect(await run()).toMatchObject([{ runId: 'r2', state: 'unrecorded' }])
    expect(await run({ runId: 'r2' })).toMatchObject([{ runId: 'r2', state: 'removed' }])
    expect(engine.changes).toEqual([`DELETE /containers/${web}`])
    expect((await readJournal(journal)).facts).toHaveLength(2)
    if (told) expect(logged.join('\n')).toMatch(told)
  })

  test('what cannot be removed is named, and does not stop the rest', async () => {
    engine.addContainer(web, labelsOf(dead))
    engine.addContainer(api, labelsOf(dead, 'r2'))
    engine.disturb((call) =>
      call.startsWith(`DELETE /containers/${web}`) ? { status: 500, message: 'busy' } : undefined,
    )
    const [first, second] = await run()
    expect(first).toMatchObject({ runId: 'r1', state: 'left-over', left: [expect.stringMatching(/is left: .*busy/)] })
    expect(second).toMatchObject({ runId: 'r2', state: 'removed' })
    expect((await readJournal(journal)).facts.slice(-2)).toMatchObject([{ clean: false }, { kind: 'run-ended' }])
  })
})
