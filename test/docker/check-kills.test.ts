// @group full 300s
import { test } from 'vitest'
import { momentOf } from '../support/killed-check.ts'
import { expectNothingLeft } from '../support/killed-checks.ts'

const seeds = Array.from({ length: 10 }, (_, at) => ({ seed: at + 1, ...momentOf(at + 1) }))

test.each(seeds)('a check leaves nothing at seed $seed, however it is ended $ms ms after "$after"', async (moment) => {
  await expectNothingLeft(moment)
})
