import { expect, test } from 'vitest'
import { compareVariants, healing, judge, type Verdict } from '../../../src/checks/index.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { outageJournal, outagePlan } from '../../support/journal.ts'

const played = outageJournal()

/** The variant without the correction, in which the outage stayed or ended by itself. */
function control(stays: boolean, status: 'pass' | 'fail' | 'inconclusive'): { record: RunRecord; verdict: Verdict } {
  const question = { kind: 'outage-stays', step: 5, without: 'correct-config', stays }
  const plan = outagePlan({
    variant: 'without-it',
    control: { without: 'correct-config', of: 'as-it-happened' },
    checks: [...outagePlan().checks, question],
  })
  const record = { ...played, plan }
  const verdict = judge(record)
  const findings = verdict.findings.map((one) => (one.check === 'outage-stays' ? { ...one, status } : one))
  return { record, verdict: { ...verdict, variant: 'without-it', status, findings } }
}

function said(other?: { record: RunRecord; verdict: Verdict }) {
  const verdicts = [judge(played), ...(other ? [other.verdict] : [])]
  const plans = [played.plan, ...(other ? [other.record.plan] : [])]
  return healing(verdicts, plans).map(({ remedy, words, control: by }) => [remedy, words, by])
}

test('without a control a remedy is judged by what came before and after it', () => {
  expect(said()).toEqual([
    ['rollback', 'no effect', null],
    ['correct-config', 'cured', null],
  ])
})

test.each([
  ['stayed', control(true, 'pass'), 'cured, and without it the outage stayed'],
  ['ended, though it was to stay', control(true, 'fail'), 'recovered on its own: the outage also ended without it'],
  ['ended, as it was to', control(false, 'pass'), 'recovered on its own: the outage also ended without it'],
  ['stayed, though it was to end', control(false, 'fail'), 'cured, and without it the outage stayed'],
])('with a control in which the outage %s, that counts', (_, other, words) => {
  expect(said(other)).toEqual([
    ['rollback', 'no effect', null],
    ['correct-config', words, 'without-it'],
  ])
})

test('a control that was no sound experiment says nothing', () => {
  expect(said(control(true, 'inconclusive'))[1]).toEqual(['correct-config', 'cured', null])
  const other = control(true, 'pass')
  const unsound = { ...other, verdict: { ...other.verdict, status: 'inconclusive' as const } }
  expect(said(unsound)[1]).toEqual(['correct-config', 'cured', null])
})

test('a control is not a measure: it saves nothing', () => {
  const { record, verdict } = control(true, 'pass')
  const [, row] = compareVariants([judge(played), verdict], [played.plan, record.plan])
  expect(row).toMatchObject({ savedSeconds: null, savedRequests: null, earlierSeconds: null })
})
