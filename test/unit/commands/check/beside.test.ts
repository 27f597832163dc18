import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CheckEnd } from '../../../../src/check/index.ts'
import { judge } from '../../../../src/checks/index.ts'
import { besideOf, settled } from '../../../../src/commands/check/beside.ts'
import { snapshotFileName } from '../../../../src/drift/index.ts'
import { exitCodes } from '../../../../src/kit/errors.ts'
import { cellJournal } from '../../../support/cell.ts'
import { temporaryFolder } from '../../../support/folder.ts'

const made = { users: 20, ratePerS: 40, holdMs: 3_000, timeoutsAtMostMs: null }

/** A check of one cell whose outage ends with its cause, or never. */
function endOf(folder: string, isLasting: boolean): CheckEnd {
  const record = cellJournal({}, isLasting ? { servedAgainMs: null } : {})
  const verdict = { ...judge(record), status: 'pass' as const }
  return { run: { variants: [{ record, verdict }] }, exitCode: exitCodes.pass, left: [], folder }
}

async function told(
  folder: string,
  {
    flags = {},
    plays,
  }: { flags?: { update?: boolean; snapshot?: boolean; json?: boolean }; plays: readonly boolean[] },
) {
  const said: Record<'out' | 'err', string[]> = { out: [], err: [] }
  const io = {
    out: (text: string) => void said.out.push(text),
    err: (text: string) => void said.err.push(text),
    setExit: () => undefined,
    isTty: false,
    columns: 100,
    color: false,
    env: {},
    setEnv: () => undefined,
    cwd: folder,
    onInterrupt: () => () => undefined,
    exitNow: () => expect.unreachable(),
  }
  const beside = await besideOf({ file: join(folder, 'badgateway.yaml'), flags, made })
  const asked: string[][] = []
  const [first = false, ...more] = plays
  const again = (cells: readonly string[]) => {
    asked.push([...cells])
    const variants = more.flatMap((one) => endOf(folder, one).run.variants)
    return Promise.resolve({ ...endOf(folder, first), run: { variants } })
  }
  const { exitCode } = await settled(endOf(folder, first), { beside, again, flags, io })
  return { exitCode, asked, out: said.out.join(''), err: said.err.join('') }
}

const ends = false
const lasts = true

test('where there is no snapshot nothing is compared, and nothing is written', async () => {
  const folder = await temporaryFolder('beside')
  expect(await told(folder, { plays: [lasts] })).toMatchObject({ exitCode: 0, out: '', err: '', asked: [] })
})

test('one is made, and what is as before is told in a line', async () => {
  const folder = await temporaryFolder('beside')
  const { err } = await told(folder, { flags: { update: true }, plays: [ends] })
  expect(err).toMatch(/badgateway\.snapshot\.json: 1 cells, 1 of them new or changed\.\n$/)
  const { out, exitCode, asked } = await told(folder, { plays: [ends] })
  expect({ out, exitCode, asked }).toEqual({
    out: '\n✓ PASS 1 cell beside badgateway.snapshot.json: 1 as before.\n',
    exitCode: 0,
    asked: [],
  })
})

test('what seems worse is played twice more, and counts if it is so in most plays', async () => {
  const folder = await temporaryFolder('beside')
  await told(folder, { flags: { update: true }, plays: [ends] })
  const red = await told(folder, { plays: [lasts, lasts, ends] })
  expect(red).toMatchObject({ exitCode: exitCodes.fail, asked: [['refuse/api-1']] })
  expect(red.out).toContain('✗ refuse/api-1: worse\n  ended: with the fault before, on and on now (worse)')
  expect(await readFile(join(folder, 'drift.md'), 'utf8')).toContain('**✗** refuse/api-1: worse')
  expect(await told(folder, { plays: [lasts, ends, ends] })).toMatchObject({ exitCode: exitCodes.pass })
})

test('programs get one object with the drift in it, or without', async () => {
  const folder = await temporaryFolder('beside')
  const flags = { json: true }
  expect(JSON.parse((await told(folder, { flags, plays: [ends] })).out)).not.toHaveProperty('drift')
  await told(folder, { flags: { update: true }, plays: [ends] })
  const { out } = await told(folder, { flags, plays: [ends] })
  expect(JSON.parse(out)).toMatchObject({ folder, rows: [{}], drift: [{ cell: 'refuse/api-1', state: 'as before' }] })
})

test('one that is left out is not read, and one of another load is refused', async () => {
  const folder = await temporaryFolder('beside')
  const file = join(folder, 'badgateway.yaml')
  await writeFile(join(folder, snapshotFileName), '{')
  expect(await besideOf({ file, flags: { snapshot: false }, made })).toBeUndefined()
  await expect(besideOf({ file, flags: {}, made })).rejects.toMatchObject({ code: 'SNAPSHOT_INVALID' })
  await writeFile(join(folder, snapshotFileName), JSON.stringify({ format: 1, made: { ...made, users: 5 }, cells: {} }))
  await expect(besideOf({ file, flags: {}, made })).rejects.toMatchObject({ code: 'SNAPSHOT_UNLIKE' })
  expect(await besideOf({ file, flags: { update: true }, made })).toMatchObject({ update: true })
})
