import { expect, test } from 'vitest'
import { guideSteps } from '../../../scenarios/incidents/escalation-guide/_cell.ts'
import { runbookRow } from '../../../scenarios/incidents/escalation-guide/_row.ts'
import { changed, outageJournal, outagePlan } from '../../support/journal.ts'

const cell = (guide: number, more: object) => ({ kind: 'guide-step', guide, names: ['connect-refused'], ...more })
const checks = [cell(1, { look: 2 }), cell(4, { look: 4, remedy: 6 }), cell(3, { remedy: 5 })]
const record = outageJournal({ plan: outagePlan({ checks }) })

test('a run without the steps of the guide has no row', () => {
  expect(runbookRow(outageJournal())).toBeNull()
})

test('the row has a cell for every step that was asked for, from the journal alone', () => {
  const row = runbookRow(record)
  expect(row?.cells.map((one) => one && [one.finding, one.found, one.effect])).toEqual([
    ['healthy', false, null],
    null,
    [null, null, 'no effect'],
    ['connect-refused', true, 'cures'],
    null,
    null,
  ])
  expect(row?.cells).toHaveLength(guideSteps.length)
  expect(row).toMatchObject({ cause: 'misconfigured-upstream', firstFound: { guide: 4 }, firstCured: { guide: 4 } })
  expect(row?.firstFound?.seconds).toBeCloseTo(40, 0)
  expect(row?.firstCured?.seconds).toBeCloseTo(66, 0)
  expect(row?.cells[3]?.cureMs).toBeGreaterThan(500)
  expect(row?.cells[3]?.cureMs).toBeLessThan(2_000)
})

test('what nobody found or cured is not made up', () => {
  const blind = changed(record, 'observed', () => ({ finding: 'nothing unusual' }))
  const vain = changed(blind, 'remedy-applied', () => ({ changed: false }))
  expect(runbookRow(vain)).toMatchObject({ firstFound: null, firstCured: null })
})
