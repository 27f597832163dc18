import { describe, expect, it } from 'vitest'
import { judge, read } from '../../../src/checks/index.ts'
import type { NewFact } from '../../../src/journal/facts.ts'
import { changed, guardedJournal, outageJournal, plus, storyT, wallOf, without } from '../../support/journal.ts'

describe('who named the cause', () => {
  const { plan } = outageJournal()
  const told = (record: ReturnType<typeof outageJournal>) => read(record).cause

  it('is the first alert of those that do, delivered after the first failed request', () => {
    const cause = told(outageJournal())
    expect(cause).toMatchObject({ alert: plan.causeAlerts[0], from: 'first failed request' })
    expect(cause?.afterMs).toBeCloseTo(4_420, -2)
    expect(told(outageJournal({ plan: { causeAlerts: ['NginxDown'] } }))).toBeNull()
    expect(told(outageJournal({ plan: { causeAlerts: [] } }))).toBeNull()
  })

  it('stands in the verdict, with the time that it took', () => {
    const { causeNamedBy, causeNamedFrom, causeNamedAfterSeconds } = judge(outageJournal())
    expect([causeNamedBy, causeNamedFrom]).toEqual([plan.causeAlerts[0], 'first failed request'])
    expect(causeNamedAfterSeconds).toBeCloseTo(4.42, 1)
    expect(judge(outageJournal({ plan: { causeAlerts: [] } }))).toMatchObject({
      ...{ causeNamedBy: null, causeNamedFrom: null, causeNamedAfterSeconds: null },
    })
  })

  it('may have told before anybody was failed, but not before the fault', () => {
    const named = { plan: { causeAlerts: ['MemoryHigh'] } }
    const alert = (t: number): NewFact => ({
      kind: 'alert-changed',
      alert: 'MemoryHigh',
      labels: { alertname: 'MemoryHigh', severity: 'info' },
      summary: '',
      state: 'delivered',
      promAt: wallOf(t),
      seenAt: wallOf(t),
      seenT: t,
      receiver: 'on-call',
    })
    const early = plus(outageJournal(named), storyT + 100, alert(storyT + 100))
    expect(told(early)?.afterMs).toBe(-90)
    expect(told(plus(outageJournal(named), storyT - 500, alert(storyT - 500)))).toBeNull()
    const quiet = plus(outageJournal({ ...named, inForce: false }), storyT + 2_015, alert(storyT + 2_015))
    expect(told(quiet)).toMatchObject({ afterMs: 2_000, from: 'fault' })
  })
})

describe('an outage that comes back', () => {
  it('is a relapse, told in the verdict with how long service had held', () => {
    const record = changed(outageJournal(), 'load-sample', (fact) =>
      fact.fromT >= storyT + 30_000 && fact.fromT < storyT + 38_000
        ? { ledger: { http_200: fact.planned }, firstFailedT: null, lastFailedT: null, usersFailed: [] }
        : {},
    )
    const { relapses, findings } = judge({
      ...record,
      plan: { ...record.plan, checks: [{ kind: 'no-relapse' }] },
    })
    expect(relapses).toHaveLength(1)
    expect(relapses[0]?.heldSeconds).toBeCloseTo(8, 0)
    expect(relapses[0]?.seconds).toBeCloseTo(27.34, 1)
    expect(findings.find(({ check }) => check === 'no-relapse')?.because).toMatch(/^users were failed again at 15:08/)
    expect(judge(outageJournal()).relapses).toEqual([])
  })
})

describe('the two recoveries', () => {
  it('are the backends, seen past the proxy, and then the users', () => {
    const record = changed(outageJournal(), 'backends-seen', ({ fromT, well }) =>
      fromT < storyT || fromT > storyT + 50_000
        ? {}
        : { well: [], ill: well.map((service) => ({ service, because: '' })) },
    )
    const verdict = judge(record)
    expect(verdict.backendsRecoveredSeconds).toBeGreaterThan(49)
    expect(verdict.backendsRecoveredSeconds).toBeLessThan(51.5)
    const sum = (verdict.backendsRecoveredSeconds ?? 0) + (verdict.recoveryGapSeconds ?? 0)
    expect(sum).toBeCloseTo(verdict.timeToRecoverSeconds ?? 0, 6)
  })

  it('are none where there was no outage, or no observation was made', () => {
    expect(read(guardedJournal('config-validation', 'rejected')).backends).toBeNull()
    const unseen = without(outageJournal(), (fact) => fact.kind === 'backends-seen')
    expect(judge(unseen)).toMatchObject({ backendsRecoveredSeconds: null, recoveryGapSeconds: null })
  })
})
