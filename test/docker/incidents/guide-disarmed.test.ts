import { beforeAll, expect, test } from 'vitest'
import { causes, type GuideRun, playCauses } from '../../support/guide.ts'

let runs: Map<string, GuideRun>

beforeAll(async () => {
  runs = await playCauses(causes, 'as-it-happened', ['--disarm'])
}, 400_000)

test.each(causes)('%s, not really injected, proves nothing, and says so', (cause) => {
  const done = runs.get(cause)
  expect(done?.ended.code, done?.ended.err).toBe(2)
  expect(done?.verdict).toMatchObject({ status: 'inconclusive', clean: true })
})
