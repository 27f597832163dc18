import { execFileSync } from 'node:child_process'
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import type { CommandIo } from '../../../src/commands/io.ts'
import { cutOf, exitOf, exitOfRejudged, rejudge } from '../../../src/commands/rejudge.ts'
import { keepPlanned, type RunRecord } from '../../../src/journal/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { changed, guardedJournal, killedAt, outageJournal, plus, storyT } from '../../support/journal.ts'
import { lay } from '../../support/lay.ts'

const good = outageJournal()
const exitFor = (record: RunRecord) => exitOf({ variants: [{ record, verdict: judge(record) }] })
const interrupted = changed(good, 'run-ended', () => ({ reason: 'interrupted' }))
const problem = { kind: 'problem', code: 'INTERRUPTED', message: '', hint: '', whose: 'environment' } as const

test('a run that is judged again exits as it did', () => {
  expect(exitFor(good)).toBe(0)
  expect(exitFor(changed(good, 'world-compared', () => ({ clean: false, differences: ['a container'] })))).toBe(4)
  expect(exitFor(plus(interrupted, 1_000, problem))).toBe(3)
  expect(exitFor(changed(good, 'run-ended', () => ({ reason: 'killed' })))).toBe(3)
  expect(exitFor(changed(good, 'run-ended', () => ({ reason: 'failed' })))).toBe(2)
})

test('a run that died before its end says so, and what may be left', () => {
  const told = (t: number) => {
    const record = killedAt(good, t)
    return { variants: [{ record, verdict: judge(record) }] }
  }
  expect(cutOf({ variants: [{ record: good, verdict: judge(good) }] })).toBeUndefined()
  expect([exitOf(told(0)), cutOf(told(0))]).toEqual([3, expect.stringMatching(/^mis.*died before anything was begun/)])
  const midway = cutOf(told(storyT + 9_000))
  expect(exitOf(told(storyT + 9_000))).toBe(4)
  expect(midway).toMatch(
    /as-it-happened has no end: it died, and no record, the guard's included, says that.*badgateway clean/,
  )
})

test('a group is told again from its journals; of what was never run its own overview still knows', async () => {
  const place = join(await temporaryFolder('rejudge'), 'incidents', '2026-11-20')
  const io = { cwd: '/' } as CommandIo
  await lay(good, place, 'one', 'as-it-happened')
  await lay(guardedJournal('config-validation', 'rejected'), place, 'one', 'config-validation')
  await lay(
    changed(good, 'run-ended', () => ({ reason: 'failed' })),
    place,
    'two',
    'as-it-happened',
  )
  const first = await rejudge(place, io)
  expect(first.run.variants).toHaveLength(3)
  expect(first.group).toMatchObject({ name: 'incidents', notRun: [] })
  expect(first.group?.incidents.map(({ folder, run }) => [folder, run.variants.length])).toEqual([
    ['one', 2],
    ['two', 1],
  ])
  expect(exitOfRejudged(first)).toBe(2)
  const told = JSON.parse(await readFile(join(place, 'verdict.json'), 'utf8')) as object
  await writeFile(join(place, 'verdict.json'), JSON.stringify({ ...told, notRun: ['three/as-it-happened'] }))
  const again = await rejudge(place, io)
  expect(again.group?.notRun).toEqual(['three/as-it-happened'])
  expect(exitOfRejudged(again)).toBe(3)
}, 240_000)

test('a variant that was planned and is not there is told, and no pass', async () => {
  const place = join(await temporaryFolder('rejudge'), 'one', '2026-11-20')
  const io = { cwd: '/' } as CommandIo
  const guarded = guardedJournal('config-validation', 'rejected')
  await lay(good, place, 'as-it-happened')
  const untold = await rejudge(place, io)
  expect([untold.known, exitOfRejudged(untold)]).toEqual([false, 2])
  const { scenario } = good.plan
  await keepPlanned(place, [{ scenario, variants: ['as-it-happened', 'config-validation'] }])
  const first = await rejudge(place, io)
  expect([first.missing, exitOfRejudged(first)]).toEqual([[`${scenario}/config-validation`], 3])
  await lay(guarded, place, 'config-validation')
  const whole = await rejudge(place, io)
  expect([whole.missing, whole.known, exitOfRejudged(whole)]).toEqual([[], true, 0])
})

test('a group knows what each of its runs was going to hold, and which it was going to have', async () => {
  const place = join(await temporaryFolder('rejudge'), 'incidents', '2026-11-20')
  const io = { cwd: '/' } as CommandIo
  const { scenario } = good.plan
  await lay(good, place, 'one', 'as-it-happened')
  await keepPlanned(place, [
    { scenario, variants: ['as-it-happened'] },
    { scenario: 'another', variants: ['as-it-happened'] },
  ])
  await keepPlanned(join(place, 'one'), [{ scenario, variants: ['as-it-happened', 'with-measures'] }])
  const rejudged = await rejudge(place, io)
  expect(rejudged.group?.notRun).toEqual(['another/as-it-happened', `${scenario}/with-measures`])
  expect(exitOfRejudged(rejudged)).toBe(3)
})

test('of what was played again the last attempt counts, and the others are told', async () => {
  const place = join(await temporaryFolder('rejudge'), '2026-11-20')
  const open = changed(good, 'run-ended', () => ({ reason: 'failed' }))
  await lay(good, place, 'as-it-happened')
  await lay(open, place, 'as-it-happened.attempt-1')
  await lay(open, place, 'died-in-between.attempt-1')
  const { run } = await rejudge(place, { cwd: '/' } as CommandIo)
  expect(run.variants.map(({ verdict, attempts = [] }) => [verdict.status, attempts.length])).toEqual([
    ['pass', 1],
    ['inconclusive', 0],
  ])
  const told = JSON.parse(await readFile(join(place, 'as-it-happened', 'verdict.json'), 'utf8')) as object
  expect(told).toMatchObject({ attempts: [{ folder: 'as-it-happened.attempt-1', status: 'inconclusive' }] })
})

test('a folder with nothing to tell is refused', async () => {
  const place = await temporaryFolder('rejudge')
  await expect(rejudge(place, { cwd: '/' } as CommandIo)).rejects.toMatchObject({ code: 'RUN_DIR_INVALID' })
})

test('a run folder that somebody sent leads nowhere: links, and what is no file', async () => {
  const place = await temporaryFolder('rejudge')
  const io = { cwd: '/' } as CommandIo
  const run = join(place, 'run')
  const outside = join(place, 'outside')
  await lay(good, run, 'as-it-happened')
  await lay(good, outside)
  await writeFile(join(place, 'victim'), 'mine')
  for (const folder of [run, join(run, 'as-it-happened')])
    await symlink(join(place, 'victim'), join(folder, 'report.html'))
  await symlink(join(place, 'dangling'), join(run, 'verdict.json'))
  expect((await rejudge(run, io)).run.variants).toHaveLength(1)
  expect(await readFile(join(place, 'victim'), 'utf8')).toBe('mine')
  await symlink(outside, join(run, 'with-measures'))
  const linked = { code: 'RUN_DIR_INVALID', message: expect.stringContaining('with-measures is a link') }
  await expect(rejudge(run, io)).rejects.toMatchObject(linked)
  expect((await readdir(place)).sort()).toEqual(['outside', 'run', 'victim'])
  expect((await readdir(outside)).sort()).toEqual(['journal.jsonl', 'plan.json'])
})

test.each(['journal.jsonl', 'plan.json'])('%s that is a link or no file is refused at once', async (name) => {
  const place = await temporaryFolder('rejudge')
  const kinds: Record<string, (file: string) => unknown> = {
    link: (file) => symlink('/dev/zero', file),
    dangling: (file) => symlink('nowhere', file),
    fifo: (file) => execFileSync('mkfifo', [file]),
  }
  for (const [kind, make] of Object.entries(kinds)) {
    const file = join(place, kind, name)
    await lay(good, place, kind)
    await rm(file)
    await make(file)
    const refused = { code: 'JOURNAL_INVALID', message: expect.stringContaining(name) }
    await expect(rejudge(join(place, kind), { cwd: '/' } as CommandIo)).rejects.toMatchObject(refused)
  }
})
