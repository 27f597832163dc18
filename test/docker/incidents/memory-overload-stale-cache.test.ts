import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/checks/index.ts'
import { type Fact, type FactKind, type FactOf, factsOf, readRecord } from '../../../src/journal/index.ts'
import { badgateway, type Ended, freshFolder, openOf, readJson, runFolder } from '../../support/badgateway.ts'

const scenario = 'memory-overload-stale-cache'
const variants = ['as-it-happened', 'with-measures']
const asked = variants.flatMap((variant) => ['--variant', variant])
/** As slow as questions about minutes need it. */
const scaleMs = 1_000
const scale = ['--time-scale', `${scaleMs}ms`]
const mebibyte = 1_048_576

describe('the incident of March 2023, replayed at a second a minute', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')
  const told = new Map<string, readonly Fact[]>()
  const facts = <K extends FactKind>(variant: string, kind: K): FactOf<K>[] => factsOf(told.get(variant) ?? [], kind)

  beforeAll(async () => {
    const out = await freshFolder()
    ended = await badgateway(['run', scenario, ...asked, ...scale, '--out', out])
    folder = runFolder(out, scenario)
    for (const variant of variants) told.set(variant, (await readRecord(join(folder, variant))).facts)
  }, 240_000)

  test('passes, and leaves nothing behind', () => {
    const verdicts = variants.map(verdictOf)
    expect(openOf(ended, verdicts)).toEqual([])
    expect(verdicts.map(({ clean }) => clean)).toEqual(verdicts.map(() => true))
  })

  test('the kernel really kills, twice, by the word of the engine and the count of the container', () => {
    const kills = facts('as-it-happened', 'service-event').filter(({ action }) => action === 'oom')
    expect(new Set(kills.map(({ service }) => service))).toEqual(new Set(['api-1']))
    expect(kills.length).toBeGreaterThanOrEqual(2)
    const [injected] = facts('as-it-happened', 'fault-injected')
    expect(injected?.evidence).toMatchObject({ limitMb: 96, oomKills: expect.any(Number) })
    expect(Number(injected?.evidence['oomKills'])).toBeGreaterThan(0)
    // As long on the incident's clock as where a minute takes a second: 16 minutes, give or take what the load does.
    const minutes = Number(injected?.evidence['tookMs']) / scaleMs
    expect(minutes).toBeGreaterThan(13.5)
    expect(minutes).toBeLessThan(18.5)
  })

  test('two recoveries: the server is well, and the users are failed on from the cache, until it is cleared', () => {
    const { outage, ledger } = verdictOf('as-it-happened')
    expect(outage.usersAffectedShare).toBe(1)
    expect(outage.incidentMinutes).toBeGreaterThan(20)
    expect(ledger['http_502']).toBeGreaterThan(500)
    const [, raised] = facts('as-it-happened', 'remedy-applied')
    const [purged] = facts('as-it-happened', 'remedy-applied').slice(-1)
    expect([raised?.remedyKind, raised?.ok]).toEqual(['raise-memory', true])
    expect([purged?.remedyKind, purged?.ok]).toEqual(['purge-cache', true])
    const between = facts('as-it-happened', 'load-sample').filter(({ source, fromT }) => {
      return source === 'users' && fromT > (raised?.t ?? 0) + 1_000 && fromT < (purged?.startedT ?? 0) - 1_000
    })
    expect(between.length).toBeGreaterThan(2)
    for (const { ledger: told } of between) expect(told['http_502'] ?? 0).toBeGreaterThan(20)
  })

  test('the alert that was missing would have told before the kernel killed', () => {
    const [missing] = facts('as-it-happened', 'observed').filter(({ probe }) => probe === 'missing-alert')
    expect(missing?.finding).toBe('missing')
    expect(missing?.because).toContain('before the first kill for want of memory')
  })

  test('with the measures the load test finds the limit, and nobody notices anything', () => {
    expect(verdictOf('with-measures').outage).toMatchObject({ failedRequests: 0, usersAffectedShare: 0 })
    const [act] = facts('with-measures', 'measure-acted')
    expect(act?.because).toMatch(/with 96 MB: .* MB kept a request, its limit met after ~\d+ requests: killed/)
    const undoneT = facts('with-measures', 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
    const limits = facts('with-measures', 'resource-sample').filter(
      ({ service, t }) => service === 'api-1' && t < undoneT,
    )
    expect(limits.at(-1)?.limitBytes).toBe(384 * mebibyte)
  })
})
