import { beforeAll, expect, test } from 'vitest'
import { leftOvers, openOf, runIdOf } from '../../support/badgateway.ts'
import { causes, type GuideRun, playCauses } from '../../support/guide.ts'

let runs: Map<string, GuideRun>

beforeAll(async () => {
  runs = await playCauses(causes, 'as-it-happened')
}, 600_000)

test('there are all causes that the guide names', () => {
  expect(causes).toHaveLength(16)
})

test.each(causes)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
  const done = runs.get(cause)
  expect(done && openOf(done.ended, [done.verdict])).toEqual([])
  expect(done?.verdict).toMatchObject({ status: 'pass', clean: true })
  expect(done?.verdict.remedies.at(-1)?.judgement).toBe('cured')
  expect(await leftOvers(runIdOf(done?.folder ?? ''))).toEqual([])
})
