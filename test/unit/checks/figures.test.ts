import { describe, expect, it } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import type { NewFact } from '../../../src/journal/facts.ts'
import { changed, failingBetween, killedAt, outageJournal, plus, storyT, withoutKind } from '../../support/journal.ts'

const good = outageJournal()
const starved: NewFact = {
  kind: 'machine-sample',
  fromT: storyT + 8_000,
  spanMs: 1_000,
  cpuBusy: 0.9,
  cpuPressure: 0.95,
  steal: 0,
  loopDelayMs: { p99: 3, max: 9 },
  enginePingMs: 4,
  execMs: 90,
  source: 'psi',
}

describe('the figures of a verdict', () => {
  it('tell how the machine was, where anybody watched it', () => {
    expect(judge(good).machine).toBeUndefined()
    const watched = judge(plus(good, storyT + 9_050, starved)).machine
    expect(watched).toEqual({ watchedSeconds: 1, starvedSeconds: 1, lostSeconds: expect.closeTo(0.475) })
  })

  it('tell what the run took besides its story, where it ended by itself', () => {
    const { overhead } = judge(good)
    expect(overhead).toMatchObject({
      openSeconds: 0.001,
      lowerSeconds: expect.closeTo(0.8),
      totalSeconds: expect.any(Number),
    })
    expect(judge(killedAt(good, storyT + 9_000)).overhead).toBeUndefined()
  })

  it('tell of rules that had nothing to look at, where anybody asked', () => {
    expect(judge(good).deadRules).toEqual([])
    expect(judge(withoutKind(good, 'rule-evidence')).deadRules).toBeUndefined()
    const dead = changed(good, 'rule-evidence', ({ rules }) => ({
      rules: rules.map((one) => ({ ...one, samples: 0 })),
    }))
    expect(judge(dead).deadRules?.map(({ alert }) => alert)).toContain('Leak')
  })

  it('tell how long service had held before it broke again', () => {
    const { relapses } = judge(failingBetween(good, 72_000, 75_000, 1))
    expect(relapses).toHaveLength(1)
    expect(relapses[0]?.heldSeconds).toBeCloseTo(6.68)
    expect(judge(good).relapses).toEqual([])
  })

  it('tell when the backends were well, and how much later the users were', () => {
    const { backendsRecoveredSeconds, recoveryGapSeconds } = judge(good)
    expect([backendsRecoveredSeconds, recoveryGapSeconds]).toEqual([0, 66])
    const unseen = judge(withoutKind(good, 'backends-seen'))
    expect([unseen.backendsRecoveredSeconds, unseen.recoveryGapSeconds]).toEqual([null, null])
    const whole = judge(withoutKind(good, 'load-sample'))
    expect([whole.backendsRecoveredSeconds, whole.timeToRecoverSeconds, whole.timeToDetectSeconds]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('leave answers that are no failures as they are, in a run that was no experiment', () => {
    const { status, findings } = judge(withoutKind(good, 'world-compared'))
    expect(status).toBe('inconclusive')
    const behaviour = findings.filter(({ about }) => about === 'behaviour')
    expect(behaviour.map((finding) => finding.status)).toEqual(behaviour.map(() => 'pass'))
    expect(behaviour.map(({ because }) => because).join()).not.toContain('not held against')
  })
})
