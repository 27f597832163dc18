import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { closing, openScope } from '../../../src/cleanup/guarded-scope.ts'
import { forgetScope, isScope, makeScopeFolder, orphanedScopes } from '../../../src/cleanup/scope-folder.ts'
import { sweep } from '../../../src/cleanup/sweep.ts'
import { guardFiles, writeOwners } from '../../../src/engine/guard-files.ts'
import { intend } from '../../../src/engine/on-record.ts'
import { ownerOf } from '../../../src/engine/owner.ts'
import { BadgatewayError } from '../../../src/kit/errors.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quickClock } from '../../support/quick-clock.ts'

const alive = ownerOf(process.pid)
const [boot, pid, start, namespace] = alive.split('/')
const dead = [boot, pid, Number(start) + 1, namespace].join('/')
const web = 'a'.repeat(64)
let engine: FakeEngine
let folder: string

beforeEach(async () => {
  engine = await fakeEngine()
  folder = await temporaryFolder('scopes')
  vi.stubEnv('TMPDIR', folder)
})
afterEach(() => {
  vi.unstubAllEnvs()
  return engine.close()
})

/** A guard that says this when it is sent home. */
function guard(clean: () => Promise<void> = () => Promise.resolve()) {
  const told: string[] = []
  return { told, start: () => Promise.resolve({ clean, abandon: () => void told.push('left to the guard') }) }
}

/** A scope as a process of this owner left it when it was killed. */
async function scopeOf(owner: string, guardian?: string): Promise<string> {
  const path = join(folder, `badgateway-ward-${owner.replaceAll('/', '_')}-abc123`)
  await mkdir(join(path, 'logs'), { recursive: true })
  const journal = join(path, 'journal.jsonl')
  if (guardian !== undefined) writeOwners(journal, { runId: 'w1', harness: owner, guard: guardian })
  return journal
}

const run = (more = {}) => {
  const options = {
    log: () => undefined,
    openRecord: () => Promise.reject(new Error('no journal')),
    clock: quickClock(),
  }
  return sweep(engine.docker, { ...options, ...more })
}

describe('a scope', () => {
  test('that is closed removes what it made, and leaves no folder', async () => {
    const scope = await openScope(engine, guard().start)
    const made = await intend(scope.labels, { kind: 'container', name: 'web' })
    engine.addContainer(web, scope.labels)
    made(web)
    expect(await readdir(folder)).toHaveLength(1)
    await scope.close()
    expect(engine.containers.size).toBe(0)
    expect(await readdir(folder)).toEqual([])
  })

  test('whose guard is gone by then is told, and leaves no folder either', async () => {
    const gone = new BadgatewayError('GUARD_FAILED', 'The guard is gone: killed by SIGKILL', '')
    const scope = await openScope(engine, guard(() => Promise.reject(gone)).start)
    await expect(scope.close()).rejects.toBe(gone)
    expect(await readdir(folder)).toEqual([])
  })

  test('and the work in it can both fail: both are told, each alone as it is', async () => {
    const fail = (why: string) => Promise.reject(new BadgatewayError('ENGINE_CALL_FAILED', why, ''))
    const good = { close: () => Promise.resolve() }
    const bad = { close: () => fail('network x is left') }
    expect(await closing(good, Promise.resolve(7))).toBe(7)
    await expect(closing(good, fail('no image'))).rejects.toThrow(/^no image$/)
    await expect(closing(bad, Promise.resolve(7))).rejects.toThrow(/^network x is left$/)
    await expect(closing(bad, fail('no image'))).rejects.toThrow(/^network x is left. Before that: no image$/)
  })

  test('without a guard is none, and leaves no folder', async () => {
    await expect(openScope(engine, () => Promise.reject(new Error('no guard')))).rejects.toThrow('no guard')
    expect(await readdir(folder)).toEqual([])
  })

  test('whose things do not go keeps its folder: the guard goes on by the record in it', async () => {
    const { told, start } = guard()
    const scope = await openScope(engine, start)
    await intend(scope.labels, { kind: 'container', name: web })
    engine.addContainer(web, scope.labels)
    engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'busy' } : undefined))
    await expect(scope.close()).rejects.toThrow('busy')
    expect(told).toEqual(['left to the guard'])
    expect(await readdir(folder)).toHaveLength(1)
  })
})

describe('the folder of a scope', () => {
  test('of a living process is not one of the dead', async () => {
    const own = makeScopeFolder()
    expect(isScope(own)).toBe(true)
    expect(orphanedScopes()).toEqual([])
    forgetScope(own)
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    ['had not written anything yet', dead, undefined, true],
    ['was watched by a guard that is dead too', dead, dead, true],
    ['is watched by its guard still', dead, alive, false],
    ['was of an earlier boot', ['an-earlier-boot', pid, start, namespace].join('/'), undefined, true],
    ['is of somewhere else', [boot, pid, start, '1'].join('/'), undefined, false],
  ])('whose process %s', async (_, owner, guardian, gone) => {
    const scope = await scopeOf(owner, guardian)
    expect(orphanedScopes()).toEqual(gone ? [scope] : [])
    await run({ dryRun: true })
    expect(await readdir(folder)).toHaveLength(1)
    await run()
    expect(await readdir(folder)).toHaveLength(gone ? 0 : 1)
  })

  test('goes with what was made in it; what cannot be removed keeps it', async () => {
    const journal = await scopeOf(dead, dead)
    const labels = { badgateway: 'w1', 'badgateway.owner': dead, 'badgateway.journal': journal }
    await intend(labels, { kind: 'container', name: web })
    engine.addContainer(web, labels)
    engine.disturb((call) => (call.startsWith('DELETE') ? { status: 500, message: 'busy' } : undefined))
    expect(await run()).toMatchObject([{ runId: 'w1', state: 'left-over' }])
    expect(await readdir(folder)).toEqual([basename(dirname(journal))])
    engine.disturb(() => undefined)
    expect(await run()).toEqual([{ runId: 'w1', state: 'removed', things: [`container ${web}`], left: [] }])
    expect(await readdir(folder)).toEqual([])
  })

  test('is never that of a run, nor one that merely begins like it', async () => {
    const names = ['badgateway-ward', 'badgateway-warden-abc123', 'badgateway-ward-x-y']
    for (const name of names) await mkdir(join(folder, name))
    await writeFile(join(folder, 'badgateway-ward-abc123'), 'a file')
    await run()
    expect(await readdir(folder)).toHaveLength(4)
    const run1 = join(folder, 'runs', 'journal.jsonl')
    await mkdir(dirname(guardFiles(run1).owners), { recursive: true })
    forgetScope(run1)
    expect(await readdir(join(folder, 'runs'))).toEqual(['logs'])
  })
})
