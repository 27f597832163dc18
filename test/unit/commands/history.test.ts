import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { historyCommand } from '../../../src/commands/history.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { cellJournal } from '../../support/cell.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { changed, killedAt, outageJournal, storyT } from '../../support/journal.ts'
import { lay } from '../../support/lay.ts'
import { said } from './said.ts'

/** As it lies on disk, begun at that time. */
async function layAt(record: RunRecord, at: string, ...path: string[]): Promise<void> {
  await lay(record, ...path)
  const byMs = Date.parse(at) - Date.parse(record.facts[0]?.at ?? '')
  const moved = (wall: string) => new Date(Date.parse(wall) + byMs).toISOString()
  const file = join(...path, 'journal.jsonl')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, moved))
}
const open = (record: RunRecord) => changed(record, 'steady-checked', () => ({ steady: false, because: 'it was not' }))
const day = (date: number) => `2026-11-0${date}T03:00:00.000Z`

/** One cell three times, which once could not tell, and a variant of a scenario. */
async function kept(): Promise<string> {
  const place = await temporaryFolder('history')
  const cell = cellJournal()
  for (const [at, record] of [cell, open(cell), cell].entries()) {
    await layAt(record, day(3 - at), place, `check/${at}`, 'refuse-api-1')
  }
  await layAt(cellJournal({ holdMs: 9_000 }), day(5), place, 'check/9', 'refuse-api-1')
  await layAt(outageJournal(), day(4), place, 'misconfigured-upstream/1', 'as-it-happened')
  return place
}

const line = z.object({ name: z.string(), plays: z.array(z.looseObject({ at: z.string(), outcome: z.string() })) })
const flake = z.object({ compared: z.number(), changed: z.number(), rate: z.number().nullable() })
const told = z.object({
  lines: z.array(line.extend({ flake })),
  unread: z.array(z.object({ folder: z.string(), because: z.string() })),
})
const askedJson = async (argv: readonly string[]) =>
  told.parse(JSON.parse(await said(historyCommand, ['history', ...argv, '--json'])))

test('plays of the same plan are compared in the order of their time, wherever they lie', async () => {
  const { lines, unread } = await askedJson([await kept()])
  expect(unread).toEqual([])
  const [variant, cell] = lines.toSorted((a, b) => a.plays.length - b.plays.length)
  expect(cell).toMatchObject({ name: 'refuse/api-1', flake: { compared: 2, changed: 2, rate: 1 } })
  expect(cell?.plays.map(({ at, outcome }) => [at, outcome])).toEqual([
    [day(1), 'users were failed'],
    [day(2), 'inconclusive'],
    [day(3), 'users were failed'],
    [day(5), 'users were failed'],
  ])
  expect(variant).toMatchObject({ flake: { compared: 0, changed: 0, rate: null }, plays: [{ outcome: 'pass' }] })
})

test('a table of all, and one of the plays of a cell, fit in 100 columns', async () => {
  const place = await kept()
  const all = await said(historyCommand, ['history', place])
  expect(all).toMatch(/^refuse\/api-1 +!\?!! +100 % of 2 /m)
  expect(all).toContain('5 plays of 2 cells and variants; 1 changed although plan and configuration did not.')
  const each = await said(historyCommand, ['history', place, '--only', 'refuse/api-1'])
  expect(each).toMatch(/^2026-11-02 03:00 +\? +inconclusive .* A$/m)
  expect(each).toMatch(/^2026-11-05 03:00 .* B$/m)
  expect(Math.max(...`${all}${each}`.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100)
})

test('what cannot be read, what is a link and what was a rehearsal takes nothing from the rest', async () => {
  const place = await kept()
  await lay(
    changed(cellJournal(), 'run-started', () => ({ disarmed: true })),
    place,
    'check/7',
    'refuse-api-1',
  )
  await lay(killedAt(outageJournal(), storyT), place, 'misconfigured-upstream/2', 'as-it-happened')
  const bad = join(place, 'check', '8', 'stop-api-1')
  await mkdir(bad, { recursive: true })
  await writeFile(join(bad, 'journal.jsonl'), 'rm -rf /\n')
  await symlink(join(place, 'check'), join(place, 'again'))
  const { lines, unread } = await askedJson([place])
  expect(lines.map(({ plays }) => plays.length).toSorted()).toEqual([2, 4])
  expect(unread).toEqual([
    { folder: 'check/8/stop-api-1', because: expect.stringMatching(/plan\.json cannot be read/) },
  ])
})

test('a folder without a run, and a cell that was never played, are said so', async () => {
  expect(await said(historyCommand, ['history', await temporaryFolder('history')])).toContain('no run is kept there')
  expect(await said(historyCommand, ['history', await kept(), '--only', 'refuse/api-2'])).toContain(
    "no run of 'refuse/api-2'",
  )
})
