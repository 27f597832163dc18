// @group full 300s
import { expect, test } from 'vitest'
import { endedAt, momentOf, type Way, ways } from '../support/killed-check.ts'

const seeds = Array.from({ length: 10 }, (_, at) => ({ seed: at + 1, ...momentOf(at + 1) }))
const nothing = { things: [], folders: [], files: [], notes: [] }

/** Side by side, as several people on one machine may: what one leaves or takes is not the other's. */
test.each(seeds)('a check leaves nothing at seed $seed, however it is ended $ms ms after "$after"', async (moment) => {
  const all = await Promise.all(
    ways.map(async (way): Promise<[Way, unknown]> => [way, (await endedAt(moment, way)).left]),
  )
  expect(all).toEqual(ways.map((way) => [way, nothing]))
})
