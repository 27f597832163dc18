import { cp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitOfRejudged, rejudge } from '../../../../src/commands/rejudge.ts'
import { mergeCommand } from '../../../../src/commands/shards/merge.ts'
import { updated, writeSnapshot } from '../../../../src/drift/index.ts'
import type { RunRecord } from '../../../../src/journal/index.ts'
import { rowFor } from '../../../support/cell.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { changed, outageJournal, withoutKind } from '../../../support/journal.ts'
import { lay } from '../../../support/lay.ts'
import { cellRun, layShard, layShards, layWhole, made } from '../../../support/shards.ts'
import { typed } from '../typed.ts'

const targets = ['api-1', 'redis', 'edge']
const records = targets.map((target, index) => cellRun(target, index === 1 ? { servedAgainMs: 40_000 } : {}))

interface Merged {
  readonly code: number
  readonly said: string
  /** Of the joined run; empty: there is none. */
  readonly folder: string
  readonly files: Record<string, string>
}

async function merge(folders: readonly string[], ...more: string[]): Promise<Merged> {
  const out = await temporaryFolder('merged')
  const { code, said } = await typed(mergeCommand, ['merge', ...folders, '--out', out, ...more])
  const [kind] = await readdir(out)
  const [time] = kind === undefined ? [] : await readdir(join(out, kind))
  const folder = kind === undefined || time === undefined ? '' : join(out, kind, time)
  return { code, said, folder, files: folder === '' ? {} : await filesIn(folder) }
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name)
  return Object.fromEntries(
    await Promise.all(names.sort().map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  )
}

const lacksOf = ({ files }: Merged): string[] => JSON.parse(files['merged.json'] ?? '{}').lacks

test('three shards give what one run of all gives: rows, reports, verdict, exit code', async () => {
  const root = await temporaryFolder('shards')
  const one = await layWhole(join(root, 'whole'), records)
  const code = exitOfRejudged(await rejudge(one, { cwd: '/' } as Parameters<typeof rejudge>[1]))
  const merged = await merge(await layShards(root, records, 3))
  const { 'merged.json': lacks, ...files } = merged.files
  expect(merged.code).toBe(code)
  expect(JSON.parse(lacks ?? '')).toMatchObject({ lacks: [] })
  expect(Object.keys(files)).toEqual(expect.arrayContaining(['matrix.html', 'matrix.json', 'junit.xml', 'times.json']))
  expect(files).toEqual(await filesIn(one))
  expect(JSON.parse(files['matrix.json'] ?? '').rows).toHaveLength(targets.length)
})

test('in whatever order folders are named, and when one folder has them all', async () => {
  const root = await temporaryFolder('shards')
  const folders = await layShards(root, records, 3)
  const first = await merge(folders)
  for (const other of [await merge(folders.toReversed()), await merge([root])]) expect(other.files).toEqual(first.files)
})

test('a shard that is missing is named with its cells, and nothing as a whole is concluded', async () => {
  const [a = '', b = '', c = ''] = await layShards(await temporaryFolder('shards'), records, 3)
  const merged = await merge([a, c])
  expect(merged.code).toBe(2)
  expect(lacksOf(merged)).toEqual([expect.stringMatching(/^Shard 2 of 3 is missing, and with it refuse\//)])
  expect(merged.said).toMatch(/\? INCONCLUSIVE/)
  expect(merged.said).toContain('Lacking: Shard 2 of 3 is missing')
  expect(JSON.parse(merged.files['matrix.json'] ?? '')).toMatchObject({
    status: 'inconclusive',
    lacks: [{}].map(() => expect.stringContaining('Shard 2')),
  })
  for (const name of ['matrix.md', 'matrix.html', 'junit.xml', 'ctrf.json', 'verdict.json']) {
    expect(merged.files[name], name).toContain('Shard 2 of 3 is missing')
  }
  const judged = await rejudge(merged.folder, { cwd: '/' } as Parameters<typeof rejudge>[1])
  expect(exitOfRejudged(judged)).toBe(2)
  expect((await merge([a, b, c])).code).toBe(1)
})

test('a shard that is there twice counts once, and is told', async () => {
  const root = await temporaryFolder('shards')
  const folders = await layShards(root, records, 2)
  const copy = join(root, 'shard-1-again')
  await cp(folders[0] ?? '', copy, { recursive: true })
  const merged = await merge([copy, ...folders])
  expect(merged.code).toBe(2)
  expect(lacksOf(merged)).toEqual([
    expect.stringMatching(/^Shard 1 of 2 is there 2 times: .*shard-1, .*shard-1-again$/),
  ])
  expect(JSON.parse(merged.files['matrix.json'] ?? '').rows).toHaveLength(targets.length)
})

test.each<[string, Parameters<typeof layShard>[3], RegExp]>([
  ['other options', { options: { made, times: 1, repeats: 0 } }, /asked with other options/],
  ['another configuration', { configuration: 'b'.repeat(64) }, /its stack has another configuration/],
  ['another version', { version: '0.2.0' }, /of badgateway 0\.2\.0, and the others of 0\.1\.0/],
  [
    'other times',
    { times: new Map(targets.map((target, index) => [`refuse/${target}`, 1_000 * (3 - index)])) },
    /split by other times/,
  ],
])('a shard of %s is left out, and told', async (_what, more, why) => {
  const root = await temporaryFolder('shards')
  const [first = '', second = ''] = await layShards(root, records, 3)
  const stranger = await layShard(join(root, 'shard-3'), records, [3, 3], more)
  const merged = await merge([first, stranger, second])
  expect(merged.code).toBe(2)
  expect(lacksOf(merged)).toEqual([expect.stringMatching(why), expect.stringMatching(/^Shard 3 of 3 is missing/)])
})

test('so is one of another number of shards, and one of other cells', async () => {
  const root = await temporaryFolder('shards')
  const [first = '', second = ''] = await layShards(root, records, 3)
  const four = await layShard(join(root, 'four'), records, [3, 4])
  expect(lacksOf(await merge([first, second, four]))).toContainEqual(expect.stringMatching(/the others are of 3$/))
  const fewer = await layShard(join(root, 'fewer'), records.slice(1), [3, 3])
  expect(lacksOf(await merge([first, second, fewer]))).toContainEqual(
    expect.stringMatching(/other variants were planned/),
  )
})

test('a shard that was cut makes it inconclusive: before a cell, or in the middle of one', async () => {
  const root = await temporaryFolder('shards')
  const [first = '', second = ''] = await layShards(root, records, 2)
  const [variant = ''] = (await readdir(first)).filter((name) => name.startsWith('refuse-'))
  await rename(join(first, variant), join(root, 'aside'))
  const before = await merge([first, second])
  expect([before.code, lacksOf(before)]).toEqual([
    2,
    [expect.stringMatching(/Shard 1 of 2 .*was cut, and refuse\/.* was not played/)],
  ])
  const whole = records.find(({ plan }) => plan.variant === variant)
  if (!whole) throw new Error('no such variant')
  const killed: RunRecord = changed(whole, 'run-ended', () => ({ reason: 'killed' }))
  await lay(killed, first, variant)
  const during = await merge([first, second])
  expect([during.code, lacksOf(during)]).toEqual([2, [expect.stringMatching(/was cut while refuse\/.* was played/)]])
  await lay(withoutKind(whole, 'run-ended', 'world-compared'), first, variant)
  // What may be left on that machine counts for more.
  expect((await merge([first, second])).code).toBe(4)
})

test('shards of which nothing was played to its end give no report, and are inconclusive', async () => {
  const folders = await layShards(await temporaryFolder('shards'), records, 1)
  for (const { plan } of records) await rm(join(folders[0] ?? '', plan.variant), { recursive: true })
  const { code, said } = await merge(folders)
  expect(code).toBe(2)
  expect(said).toMatch(/was not played to its end[\s\S]*there is no verdict/)
})

test('a plan that is not the one that was dealt out is no part of it', async () => {
  const [first = '', second = ''] = await layShards(await temporaryFolder('shards'), records, 2)
  const [variant = ''] = (await readdir(first)).filter((name) => name.startsWith('refuse-'))
  const file = join(first, variant, 'plan.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"holdMs":3000', '"holdMs":1'))
  const merged = await merge([first, second])
  expect([merged.code, lacksOf(merged)]).toEqual([
    2,
    [expect.stringMatching(/its plan is not the one that was dealt out/)],
  ])
  expect(await readdir(merged.folder)).not.toContain(variant)
})

test('no link in a shard is followed, and nothing in it is changed', async () => {
  const root = await temporaryFolder('shards')
  const [first = '', second = ''] = await layShards(root, records, 2)
  const [variant = ''] = (await readdir(first)).filter((name) => name.startsWith('refuse-'))
  await rename(join(first, variant), join(root, 'outside'))
  await symlink(join(root, 'outside'), join(first, variant))
  const before = await readdir(root, { recursive: true })
  const merged = await merge([first, second])
  expect([merged.code, lacksOf(merged)]).toEqual([2, [expect.stringMatching(/is a link, and none is followed/)]])
  expect(await readdir(root, { recursive: true })).toEqual(before)
})

test('folders without a shard are refused, and told where another one has some', async () => {
  const root = await temporaryFolder('shards')
  expect(await merge([root])).toMatchObject({ code: 64, said: expect.stringMatching(/no shard\.json there/) })
  const folders = await layShards(join(root, 'shards'), records, 1)
  expect((await merge([...folders, join(root, 'nowhere')])).code).toBe(2)
})

test('a cell that was played again keeps its attempts', async () => {
  const [first = '', ...more] = await layShards(await temporaryFolder('shards'), records, 2)
  const [variant = ''] = (await readdir(first)).filter((name) => name.startsWith('refuse-'))
  await cp(join(first, variant), join(first, `${variant}.attempt-1`), { recursive: true })
  const { folder } = await merge([first, ...more])
  const told = JSON.parse(await readFile(join(folder, variant, 'verdict.json'), 'utf8'))
  expect(told.attempts).toEqual([expect.objectContaining({ folder: `${variant}.attempt-1` })])
})

test('shards of a group are one group, and what is missing of it was never run', async () => {
  const root = await temporaryFolder('shards')
  const runs = ['one', 'two', 'three'].map((scenario) => outageJournal({ plan: { scenario } }))
  const lays = [1, 2].map((at) => layShard(join(root, `${at}`), runs, [at, 2], { group: 'incidents' }))
  const [first = '', second = ''] = await Promise.all(lays)
  const whole = await merge([first, second])
  expect(whole.code).toBe(0)
  expect(JSON.parse(whole.files['verdict.json'] ?? '')).toMatchObject({
    group: 'incidents',
    status: 'pass',
    notRun: [],
  })
  const half = await merge([second])
  expect(half.code).toBe(2)
  expect(JSON.parse(half.files['verdict.json'] ?? '')).toMatchObject({
    status: 'inconclusive',
    lacks: [expect.stringMatching(/Shard 1 of 2 is missing/)],
  })
  expect(half.said).toContain('Lacking: Shard 1 of 2 is missing')
})

test('the whole is held to a snapshot as a check is: what was played again counts, a lack counts more', async () => {
  const root = await temporaryFolder('shards')
  const calm = targets.map((target) => cellRun(target))
  const rows = new Map(
    calm
      .map(({ plan }) => plan.cell?.name ?? '')
      .map((cell, index) => [cell, [rowFor(calm[index] ?? expect.unreachable())]]),
  )
  const file = join(root, 'badgateway.snapshot.json')
  await writeSnapshot(file, updated(undefined, rows, made))
  const same = await merge(await layShards(join(root, 'calm'), calm, 2), '--snapshot', file)
  expect([same.code, same.said]).toEqual([
    0,
    expect.stringContaining('3 cells beside badgateway.snapshot.json: 3 as before.'),
  ])
  const lasting = targets.map((target, index) => cellRun(target, index === 0 ? { servedAgainMs: null } : {}))
  const folders = await layShards(join(root, 'worse'), lasting, 2)
  const worse = await merge(folders, '--snapshot', file, '--json')
  const [told] = worse.said.split('\n').filter((line) => line.startsWith('{'))
  expect([worse.code, JSON.parse(told ?? '')]).toEqual([
    1,
    expect.objectContaining({
      drift: expect.arrayContaining([expect.objectContaining({ cell: 'refuse/api-1', state: 'worse' })]),
    }),
  ])
  expect(worse.files['drift.md']).toContain('**✗** refuse/api-1: worse')
  // Twice more it was well, so it is not worse in most plays.
  const [home = ''] = (
    await Promise.all(folders.map(async (one) => ((await readdir(one)).includes('refuse-api-1') ? [one] : [])))
  ).flat()
  for (const variant of ['refuse-api-1', 'refuse-api-1-2'])
    await lay(cellRun('api-1', { plan: { variant } }), home, 'again', variant)
  const again = await merge(folders, '--snapshot', file)
  expect(again.said).toContain('3 cells beside badgateway.snapshot.json: 3 as before.')
  const half = await merge(folders.slice(0, 1), '--snapshot', file)
  expect([half.code, half.said]).toEqual([2, expect.stringContaining('? INCONCLUSIVE')])
})

test('a snapshot of another load is refused, and one that is not there', async () => {
  const root = await temporaryFolder('shards')
  const folders = await layShards(root, records, 1)
  const file = join(root, 'badgateway.snapshot.json')
  expect(await merge(folders, '--snapshot', file)).toMatchObject({
    code: 64,
    folder: '',
    said: expect.stringMatching(/no such file/),
  })
  await writeSnapshot(file, { format: 1, made: { ...made, users: 5 }, cells: {} })
  expect(await merge(folders, '--snapshot', file)).toMatchObject({
    code: 64,
    folder: '',
    said: expect.stringMatching(/users 5 there, 20 here/),
  })
})

test('a shard to which nothing fell is there all the same', async () => {
  const folders = await layShards(await temporaryFolder('shards'), records.slice(0, 1), 3)
  expect((await merge(folders)).code).toBe(0)
  expect(lacksOf(await merge(folders.slice(0, 2)))).toEqual([
    expect.stringMatching(/Shard 3 of 3 is missing, and with it nothing/),
  ])
})
