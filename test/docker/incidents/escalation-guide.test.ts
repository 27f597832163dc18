// @group stack 45s
import { expect, test } from 'vitest'
import { runbookRow } from '../../../scenarios/incidents/escalation-guide/_row.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { expectCured, playCause } from '../../support/guide.ts'
import { expectPassAndNothingLeft } from '../../support/told.ts'

test('a cause of the guide, as it happened: users are failed, a step cures, and nothing is left', async () => {
  const told = await playCause('backend-process-gone', 'as-it-happened')
  await expectCured(told)
  const row = runbookRow(await readRecord(told.folder))
  expect(row?.firstFound?.guide).toBeLessThanOrEqual(row?.firstCured?.guide ?? 0)
})

test("a cause of the guide with the guide's prevention is named, and what is named is mended", async () => {
  await expectPassAndNothingLeft(await playCause('wrong-upstream-port', 'with-measures'))
})
