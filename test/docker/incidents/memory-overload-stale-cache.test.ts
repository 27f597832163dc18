// @group stack 75s
import { beforeAll, describe, expect, test } from 'vitest'
import { type FactKind, type FactOf, factsOf } from '../../../src/journal/index.ts'
import { expectPassAndNothingLeft, type Told, tell } from '../../support/told.ts'

describe('the incident of March 2023, replayed at 800 ms a minute', () => {
  let told: Told
  const facts = <K extends FactKind>(kind: K): FactOf<K>[] => factsOf(told.facts, kind)

  beforeAll(async () => {
    told = await tell('memory-overload-stale-cache', 'as-it-happened', '800ms')
  })

  test('passes, and leaves nothing behind', async () => {
    await expectPassAndNothingLeft(told)
  })

  test('the kernel really kills, twice, by the word of the engine and the count of the container', () => {
    const kills = facts('service-event').filter(({ action }) => action === 'oom')
    expect(new Set(kills.map(({ service }) => service))).toEqual(new Set(['api-1']))
    expect(kills.length).toBeGreaterThanOrEqual(2)
    const [injected] = facts('fault-injected')
    expect(injected?.evidence).toMatchObject({ limitMb: 96, oomKills: expect.any(Number) })
    expect(Number(injected?.evidence['oomKills'])).toBeGreaterThan(0)
  })

  test('two recoveries: the server is well, and the users are failed on from the cache, until it is cleared', () => {
    const { outage, ledger } = told.verdict
    expect(outage.usersAffectedShare).toBe(1)
    expect(ledger['http_502']).toBeGreaterThan(500)
    const [, raised] = facts('remedy-applied')
    const [purged] = facts('remedy-applied').slice(-1)
    expect([raised?.remedyKind, raised?.ok]).toEqual(['raise-memory', true])
    expect([purged?.remedyKind, purged?.ok]).toEqual(['purge-cache', true])
    const between = facts('load-sample').filter(({ source, fromT }) => {
      return source === 'users' && fromT > (raised?.t ?? 0) + 1_000 && fromT < (purged?.startedT ?? 0) - 1_000
    })
    expect(between.length).toBeGreaterThan(1)
    for (const { ledger: counted } of between) expect(counted['http_502'] ?? 0).toBeGreaterThan(20)
  })

  test('the alert that was missing would have told before the kernel killed', () => {
    const [missing] = facts('observed').filter(({ probe }) => probe === 'missing-alert')
    expect(missing?.finding).toBe('missing')
    expect(missing?.because).toContain('before the first kill for want of memory')
  })
})
