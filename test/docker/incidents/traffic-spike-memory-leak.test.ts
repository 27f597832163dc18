// @group stack 85s
import { beforeAll, describe, expect, test } from 'vitest'
import { type FactOf, factsOf } from '../../../src/journal/index.ts'
import { expectPassAndNothingLeft, type Told, tell } from '../../support/told.ts'

const leaky = ['web-2', 'web-3']
const mebibyte = 1_048_576

const saidOf = ({ facts }: Told, probe: string) =>
  factsOf(facts, 'observed').findLast((fact) => fact.probe === probe)?.because

const eventsOf = ({ facts }: Told) => factsOf(facts, 'service-event').filter(({ service }) => leaky.includes(service))
const memoryOf = ({ facts }: Told) => factsOf(facts, 'resource-sample').filter(({ service }) => leaky.includes(service))
const mostMb = (samples: readonly FactOf<'resource-sample'>[]) =>
  Math.max(...samples.map(({ memoryBytes }) => memoryBytes)) / mebibyte

describe('the incident of June 2024, replayed at 250 ms a minute', () => {
  let told: Told
  beforeAll(async () => {
    told = await tell('traffic-spike-memory-leak', 'as-it-happened', '250ms')
  })

  test('passes, and leaves nothing behind', async () => {
    await expectPassAndNothingLeft(told)
  })

  test('102 of 120 users are failed, until the second server has the previous release', () => {
    const { outage, remedies, ledger } = told.verdict
    expect(outage.usersAffectedShare).toBeCloseTo(0.85, 5)
    expect(remedies.map(({ judgement }) => judgement)).toEqual(['no effect', 'cured'])
    expect(ledger['http_502']).toBeGreaterThan(ledger['http_504'] ?? 0)
  })

  test('the kernel kills each server at its limit, and the engine starts it again, more than once', () => {
    const events = eventsOf(told)
    for (const service of leaky) {
      const of = (action: string) => events.filter((event) => event.service === service && event.action === action)
      expect(of('oom').length).toBeGreaterThanOrEqual(2)
      expect(of('die').filter(({ because }) => because.includes('137')).length).toBeGreaterThanOrEqual(2)
    }
  })

  test('it leaks only once traffic has risen', () => {
    const risen = factsOf(told.facts, 'fault-injected').find(({ fault }) => fault === 'the rise')?.startedT ?? 0
    const before = memoryOf(told).filter(({ t }) => t < risen)
    expect(before.length).toBeGreaterThan(4)
    expect(mostMb(before)).toBeLessThan(40)
    // Read once a second, and the last second before a kill is worth half the limit: the most of all its lives counts.
    expect(mostMb(memoryOf(told).filter(({ t }) => t >= risen))).toBeGreaterThan(40)
  })

  test('every look finds what the report says, and why', () => {
    expect(saidOf(told, 'network-checks')).toContain('0 lost or damaged')
    expect(saidOf(told, 'service-logs')).toContain('Possible EventEmitter memory leak detected')
    expect(saidOf(told, 'missing-alert')).toContain('it would have fired at')
    expect(saidOf(told, 'running-release')).toMatch(/web-1 runs 1\.8\.2; web-2 runs 1\.9\.0 since .*, 1\.8\.2 before/)
  })
})
