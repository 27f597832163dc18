// @group full-exact 60s
import { beforeAll, test } from 'vitest'
import { busy, expectCured, playCause } from '../../support/guide.ts'
import type { Told } from '../../support/told.ts'

let played: Told

beforeAll(async () => {
  played = await playCause(busy, 'as-it-happened')
})

test('more traffic than the servers bear: users are failed, more servers cure, and nothing is left', async () => {
  await expectCured(played)
})
