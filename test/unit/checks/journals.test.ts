import { describe, expect, it } from 'vitest'
import { factSchema } from '../../../src/journal/facts.ts'
import { planRecord } from '../../../src/journal/plan.ts'
import { guardedJournal, outageJournal } from '../../support/journal.ts'

describe('the journals that tests are made from', () => {
  it.each([
    ['outage', outageJournal()],
    ['disarmed', outageJournal({ inForce: false })],
    ['rejected', guardedJournal('config-validation', 'rejected')],
    ['rolled back', guardedJournal('automated-rollback', 'rolled-back')],
    ['kept off', guardedJournal('blue-green', 'kept-off')],
  ])('%s: every line is one that a run could have written', (_name, record) => {
    planRecord.parse(record.plan)
    for (const [index, fact] of record.facts.entries()) {
      factSchema.parse(fact)
      expect(fact.n).toBe(index + 1)
      expect(fact.t).toBeGreaterThanOrEqual(record.facts[index - 1]?.t ?? 0)
    }
  })
})
