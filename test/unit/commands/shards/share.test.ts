import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askedOf, type CheckFlags, repeated } from '../../../../src/commands/check/flags.ts'
import { runCommand } from '../../../../src/commands/run.ts'
import { shareOf, timesFor } from '../../../../src/commands/shards/share.ts'
import { temporaryFolder } from '../../../support/folder.ts'
import { typed } from '../typed.ts'

test('a share is the k-th of n', () => {
  expect(shareOf({ shard: '2/3' })).toEqual({ at: 2, of: 3 })
  expect(shareOf({})).toBeUndefined()
  for (const shard of ['0/3', '4/3', '1', '1/0', 'a/b', '1/1001', '-1/2', '1/2/3', ''])
    expect(() => shareOf({ shard }), shard).toThrow(/is no part of a whole/)
  expect(() => shareOf({ times: 'times.json' })).toThrow(/--times is for --shard/)
})

const flags = (more: Partial<CheckFlags>): CheckFlags => ({ only: [], skip: [], out: 'runs', ...more })

test.each<[Partial<CheckFlags>, RegExp]>([
  [{ attach: 'shop' }, /--shard and --attach do not/],
  [{ against: 'main' }, /--shard and --against do not/],
  [{ update: true }, /--shard and --update do not/],
  [{ dryRun: true }, /--shard and --dry-run do not/],
])('a part of a check goes not together with %j', (more, why) => {
  expect(() => askedOf(flags({ shard: '1/2', ...more }))).toThrow(why)
  expect(askedOf(flags(more)).share).toBeUndefined()
})

test('the command that is kept gives the same part again', () => {
  const again = repeated('.', flags({ shard: '1/2', times: 'my times.json' }))
  expect(again).toBe("npx badgateway check --shard 1/2 --times 'my times.json'")
})

async function kept(root: string, name: string, ms: Record<string, number>, more: Record<string, string> = {}) {
  await mkdir(join(root, name), { recursive: true })
  const files = { 'times.json': JSON.stringify({ format: 1, ms }), ...more }
  for (const [file, text] of Object.entries(files)) await writeFile(join(root, name, file), text)
}

test('times are those of the last whole run: a part that was played since changes nothing', async () => {
  const root = await temporaryFolder('times')
  const found = async () => Object.fromEntries(await timesFor({ file: undefined, kept: root, cwd: '/' }))
  expect(await found()).toEqual({})
  await kept(root, '2026-12-01T10', { 'refuse/api-1': 1 })
  await kept(root, '2026-12-01T11', { 'refuse/api-1': 2 })
  await kept(root, '2026-12-01T12', { 'refuse/api-1': 3 }, { 'shard.json': '{}' })
  await mkdir(join(root, '2026-12-01T13'))
  expect(await found()).toEqual({ 'refuse/api-1': 2 })
})

test('a file that is named and holds no times is refused', async () => {
  const cwd = await temporaryFolder('times')
  const ask = (text: string) =>
    writeFile(join(cwd, 'a.json'), text).then(() => timesFor({ file: 'a.json', kept: '/', cwd }))
  await expect(timesFor({ file: 'no.json', kept: '/', cwd })).rejects.toMatchObject({ code: 'USAGE' })
  await expect(ask('{')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/a\.json holds no times/),
  })
  await expect(ask('{"format":1,"ms":{"a":"b"}}')).rejects.toThrow(/ms\.a: /)
  expect([...(await ask('{"format":1,"ms":{"a":5}}'))]).toEqual([['a', 5]])
})

test('the variants of one scenario are played by one machine', async () => {
  const { code, said } = await typed(runCommand, ['run', 'misconfigured-upstream', '--shard', '1/2'])
  expect([code, said]).toEqual([64, expect.stringMatching(/--shard is for groups, and misconfigured-upstream is/)])
})
