import { beforeAll, test } from 'vitest'
import { busy, expectCured, type GuideRun, playCause } from '../../support/guide.ts'

let played: GuideRun

beforeAll(async () => {
  played = await playCause(busy, 'as-it-happened')
}, 240_000)

test('more traffic than the servers bear: users are failed, more servers cure, and nothing is left', async () => {
  await expectCured(played)
})
