import { describe, expect, it } from 'vitest'
import { compareVariants, judge } from '../../../src/checks/index.ts'
import { guardedJournal, outageJournal } from '../../support/journal.ts'

describe('variants side by side', () => {
  const records = [
    outageJournal(),
    guardedJournal('config-validation', 'rejected'),
    guardedJournal('automated-rollback', 'rolled-back'),
  ]
  const verdicts = records.map((record) => judge(record))
  const plans = records.map((record) => record.plan)

  it('say the benefit of each measure', () => {
    const rows = compareVariants(verdicts, plans)
    expect(rows.map((row) => [row.variant, row.measures, row.outageSeconds, row.failedRequests])).toEqual([
      ['as-it-happened', [], 66, 3_301],
      ['config-validation', ['config-validation'], 0, 0],
      ['automated-rollback', ['automated-rollback'], 2.38, 120],
    ])
    expect(rows.map((row) => row.savedSeconds)).toEqual([null, 66, 66 - 2.38])
    expect(rows.map((row) => row.savedRequests)).toEqual([null, 3_301, 3_181])
    expect(rows.map((row) => row.earlierSeconds)).toEqual([null, null, null])
    expect(rows[0]).toMatchObject({ title: 'As it happened', detectedBy: 'SuccessRateDropped', usersAffectedShare: 1 })
    expect(rows[1]).toMatchObject({ timeToDetectSeconds: null, timeToRecoverSeconds: null, clean: true })
  })

  it('say how much sooner somebody was told, be it before the first failed request', () => {
    const [base] = verdicts
    if (!base) throw new Error('there are verdicts')
    const sooner = { ...base, variant: 'sooner', timeToDetectSeconds: (base.timeToDetectSeconds ?? 0) - 2 }
    const before = { ...base, variant: 'before', causeNamedAfterSeconds: -1.5 }
    const rows = compareVariants([base, sooner, before])
    expect(rows[1]?.earlierSeconds).toBeCloseTo(2)
    expect(rows[2]?.earlierSeconds).toBeCloseTo((base.timeToDetectSeconds ?? 0) + 1.5)
  })

  it('claim nothing saved where a run proves nothing', () => {
    const dead = judge(outageJournal({ inForce: false }))
    expect(compareVariants([dead, ...verdicts.slice(1)]).map((row) => row.savedSeconds)).toEqual([null, null, null])
    expect(compareVariants([...verdicts.slice(0, 1), dead])[1]?.savedSeconds).toBeNull()
  })

  it('do without plans, and without variants', () => {
    expect(compareVariants(verdicts.slice(0, 1))[0]).toMatchObject({ title: 'as-it-happened', measures: [] })
    expect(compareVariants([])).toEqual([])
  })
})
