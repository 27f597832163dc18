import { beforeAll, expect, test } from 'vitest'
import { leftOvers, openOf, runIdOf } from '../../support/badgateway.ts'
import { busy, type GuideRun, playCause } from '../../support/guide.ts'

let played: GuideRun

beforeAll(async () => {
  played = await playCause(busy, 'as-it-happened')
}, 240_000)

test('more traffic than the servers bear: users are failed, more servers cure, and nothing is left', async () => {
  const { ended, verdict, folder } = played
  expect(openOf(ended, [verdict])).toEqual([])
  expect(verdict).toMatchObject({ status: 'pass', clean: true })
  expect(verdict.remedies.at(-1)?.judgement).toBe('cured')
  expect(await leftOvers(runIdOf(folder))).toEqual([])
})
