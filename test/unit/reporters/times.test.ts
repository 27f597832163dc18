import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { timesReporter } from '../../../src/reporters/times.ts'
import { outageJournal, withoutKind } from '../../support/journal.ts'
import { cellRun } from '../../support/shards.ts'

const told = async (records: readonly RunRecord[]) => {
  const variants = records.map((record) => ({ record, verdict: judge(record) }))
  return JSON.parse(await timesReporter.write({ variants }))
}

test('a cell that was played several times took their mean, a variant is named with its scenario', async () => {
  const [short, long] = [cellRun('api-1'), cellRun('api-1', { servedAgainMs: 90_000 })]
  const lengths = [short, long].map(({ facts }) => facts.at(-1)?.t ?? 0)
  expect(lengths[1]).toBeGreaterThan(lengths[0] ?? 0)
  const mean = Math.round(((lengths[0] ?? 0) + (lengths[1] ?? 0)) / 2)
  const other = outageJournal()
  const { ms } = await told([short, long, other])
  expect(ms).toEqual({
    'refuse/api-1': mean,
    'misconfigured-upstream/as-it-happened': Math.round(other.facts.at(-1)?.t ?? 0),
  })
})

test('of what was cut nobody knows how long it takes', async () => {
  expect(await told([withoutKind(cellRun('api-1'), 'run-ended')])).toEqual({ format: 1, ms: {} })
})
