import { beforeAll, expect, test } from 'vitest'
import { openOf } from '../../support/badgateway.ts'
import { causes, type GuideRun, playCauses } from '../../support/guide.ts'

let runs: Map<string, GuideRun>

beforeAll(async () => {
  runs = await playCauses(causes, 'with-measures')
}, 600_000)

test.each(causes)('%s: what prevents it names it, and what is named is mended', (cause) => {
  const done = runs.get(cause)
  expect(done && openOf(done.ended, [done.verdict])).toEqual([])
  expect(done?.verdict).toMatchObject({ status: 'pass', clean: true })
})
