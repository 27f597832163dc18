import { expect, test } from 'vitest'
import { planned } from '../../../src/check/flow.ts'
import { playedHere } from '../../../src/check/shard.ts'
import { readShard } from '../../../src/journal/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { quarry } from '../../support/quarry.ts'

const traffic = { users: 20, ratePerS: 40 }
const { runs } = planned({ description: quarry(''), traffic }, { only: ['refuse', 'stop', 'kill'] }, 2)

async function playedBy(at: number, of: number) {
  const folder = await temporaryFolder('shard')
  const said: string[] = []
  const share = { at, of }
  const shard = { share, times: new Map(), options: { times: 2 }, configuration: 'a'.repeat(64) }
  const mine = await playedHere({ shard, folder, version: '0.1.0', say: (text) => said.push(text) }, runs)
  return { names: mine.map(({ plan }) => plan.record.variant), said: said.join(''), record: await readShard(folder) }
}

test('every variant of a check is played by one of its shards, and by no other', async () => {
  const all = await Promise.all([1, 2, 3].map((at) => playedBy(at, 3)))
  const names = runs.map(({ plan }) => plan.record.variant)
  expect(all.flatMap((one) => one.names).sort()).toEqual(names.toSorted())
  for (const one of all) expect(one.names).toEqual(names.filter((name) => one.names.includes(name)))
  expect(new Set(all.map(({ record }) => 'planHash' in record && record.planHash)).size).toBe(1)
})

test('a shard says what it plays, and the hash of the whole', async () => {
  const { said, record } = await playedBy(1, 3)
  const hash = 'planHash' in record ? record.planHash.slice(0, 12) : expect.unreachable()
  expect(said).toMatch(
    new RegExp(`^Shard 1 of 3 plays \\d+ of ${runs.length} variants, some .* s: .*whole plan: ${hash}\\.$`),
  )
  const last = await playedBy(99, 100)
  expect([last.names, last.said]).toEqual([[], expect.stringMatching(/^Shard 99 of 100 has nothing to play of/)])
})

test('without a share everything is played, and nothing is written', async () => {
  const said: string[] = []
  expect(await playedHere({ folder: '/nowhere', version: '', say: (text) => said.push(text) }, runs)).toEqual(runs)
  expect(said).toEqual([])
})
