import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dealt, lacksIn, readShard } from '../../../src/journal/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { cellRun, layShard } from '../../support/shards.ts'

const records = ['api-1', 'api-2', 'redis'].map((target) => cellRun(target))
const plans = records.map(({ plan }) => plan)
const whole = { group: null, options: {}, configuration: 'a'.repeat(64), version: '0.1.0', times: new Map() }

test('all shards of a plan say the same but for which one they are', () => {
  const [a, b] = [1, 2].map((at) => dealt(plans, { ...whole, share: { at, of: 2 } }))
  expect({ ...a, at: 2 }).toEqual(b)
})

test('the hash is of plans, options and configuration, and not of how they are dealt out', () => {
  const hashOf = (more: object, of = 2) => dealt(plans, { ...whole, share: { at: 1, of }, ...more }).planHash
  expect(hashOf({ times: new Map([['refuse/redis', 90_000]]) }, 3)).toBe(hashOf({}))
  expect(hashOf({ options: { repeats: 2 } })).not.toBe(hashOf({}))
  expect(hashOf({ configuration: 'b'.repeat(64) })).not.toBe(hashOf({}))
  expect(dealt(plans.slice(1), { ...whole, share: { at: 1, of: 2 } }).planHash).not.toBe(hashOf({}))
})

test('all plays of one cell fall to one shard, and count as often', () => {
  const again = { ...cellRun('api-1').plan, variant: 'refuse-api-1-2' }
  const { runs } = dealt([...plans, again], { ...whole, share: { at: 1, of: 2 } })
  const shards = runs.map(({ name, shard, ms }) => ({ name, shard, ms }))
  expect(shards[0]).toEqual(shards[3])
  expect(shards[0]?.ms).toBe(2 * (shards[1]?.ms ?? 0))
  expect(new Set(shards.slice(1, 3).map(({ shard }) => shard))).not.toContain(shards[0]?.shard)
})

test('a record that was changed by hand is none', async () => {
  const folder = await layShard(await temporaryFolder('shard'), records, [1, 2])
  expect(await readShard(folder)).toMatchObject({ at: 1, of: 2 })
  const file = join(folder, 'shard.json')
  const text = await readFile(file, 'utf8')
  const changes: [string, string, RegExp][] = [
    ['"repeats": 1', '"repeats": 0', /was changed: its hash/],
    ['"variant": "refuse-redis"', '"variant": "../../etc"', /no record of a shard: runs.2.variant/],
    ['"at": 1', '"at": 3', /no record of a shard: it: there are not so many/],
    ['"variant": "refuse-redis"', '"variant": "refuse-api-1"', /stands in it twice/],
    ['{', '', /cannot be read/],
  ]
  for (const [from, to, because] of changes) {
    await writeFile(file, text.replace(from, to))
    expect(await readShard(folder)).toEqual({ because: expect.stringMatching(because) })
  }
})

test('where shards were joined and nobody can read what is lacking, that is lacking', async () => {
  const folder = await temporaryFolder('shard')
  expect(await lacksIn(folder)).toEqual([])
  await writeFile(join(folder, 'merged.json'), '{}')
  expect(await lacksIn(folder)).toEqual([expect.stringMatching(/cannot be read/)])
})
