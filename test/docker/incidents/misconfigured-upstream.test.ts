import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { HealingRow, Verdict } from '../../../src/checks/index.ts'
import {
  badgateway,
  type Ended,
  freshFolder,
  isFile,
  leftOvers,
  openOf,
  readJson,
  runFolder,
  runIdOf,
} from '../../support/badgateway.ts'

const scenario = 'misconfigured-upstream'
const files = ['plan.json', 'journal.jsonl', 'verdict.json', 'report.html', 'postmortem.md', 'junit.xml', 'logs']
const control = 'without-the-restart'
const measures = ['with-measures', 'config-validation', 'automated-rollback', 'blue-green', 'nginx-alerts']

describe('the incident of March 2025, replayed at four tenths of a second a minute', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')

  beforeAll(async () => {
    const out = await freshFolder()
    const wanted = ['as-it-happened', ...measures, control].flatMap((variant) => ['--variant', variant])
    ended = await badgateway(['run', scenario, ...wanted, '--time-scale', '400ms', '--out', out])
    folder = runFolder(out, scenario)
  }, 420_000)

  test('passes in every variant, and leaves nothing behind', async () => {
    const verdicts = ['as-it-happened', ...measures, control].map(verdictOf)
    expect(openOf(ended, verdicts)).toEqual([])
    expect(verdicts.map(({ clean }) => clean)).toEqual(verdicts.map(() => true))
    const ids = verdicts.map(({ variant }) => runIdOf(join(folder, variant)))
    expect((await Promise.all(ids.map(leftOvers))).flat()).toEqual([])
  })

  test('as it happened: everybody is failed until the restart, and somebody is told', () => {
    const { outage, timeToDetectSeconds, detectedBy, timeToRecoverSeconds, ledger } = verdictOf('as-it-happened')
    expect(outage.usersAffectedShare).toBe(1)
    expect(outage.incidentMinutes).toBeGreaterThan(65)
    expect(outage.incidentMinutes).toBeLessThan(85)
    expect(outage.failedRequests).toBeGreaterThan(1_000)
    expect(detectedBy).toMatch(/^(GatewaySuccessRateDrop|NoTrafficReachingApi)$/)
    expect(timeToDetectSeconds).toBeLessThan(15)
    expect(timeToRecoverSeconds).toBeGreaterThanOrEqual(outage.seconds)
    expect(ledger['http_502']).toBeGreaterThan(1_000)
  })

  test.each(['with-measures', 'config-validation', 'blue-green'])('%s: no user sees anything', (variant) => {
    expect(verdictOf(variant).outage).toMatchObject({ seconds: 0, failedRequests: 0, usersAffectedShare: 0 })
  })

  test('automated rollback makes it seconds, alerts that name the cause make it shorter and sooner known', () => {
    const before = verdictOf('as-it-happened')
    expect(verdictOf('automated-rollback').outage.seconds).toBeLessThan(5)
    const named = verdictOf('nginx-alerts')
    expect(named.detectedBy).toMatch(/NginxUpstreamConnectFailures|ConfigurationChanged/)
    expect(named.timeToDetectSeconds).toBeLessThan(before.timeToDetectSeconds ?? 0)
    expect(named.outage.seconds).toBeLessThan(before.outage.seconds)
  })

  test('the restart cured it: without it the outage stayed', () => {
    const { healing } = readJson<{ healing: HealingRow[] }>(folder, 'verdict.json')
    const judged = healing.filter((row) => row.variant === 'nginx-alerts').map(({ remedy, words }) => [remedy, words])
    expect(judged).toEqual([
      ['the rollback', 'no effect'],
      ['the correction by hand', 'no effect'],
      ['the restart of Nginx', 'cured, and without it the outage stayed'],
    ])
    expect(ended.out).toContain('the restart of Nginx: cured, and without it the outage stayed')
  })

  test('the backends were well all the time, and the cause was named only where there is an alert for it', () => {
    const before = verdictOf('as-it-happened')
    expect(before).toMatchObject({ backendsRecoveredSeconds: 0, causeNamedBy: null, relapses: [] })
    expect(before.recoveryGapSeconds).toBe(before.timeToRecoverSeconds)
    expect(verdictOf('nginx-alerts')).toMatchObject({ causeNamedBy: 'NginxUpstreamConnectFailures' })
    expect(verdictOf('nginx-alerts').causeNamedAfterSeconds).toBeLessThan(6)
  })

  test('every variant has its whole record, and the run has one report over all', () => {
    for (const variant of ['as-it-happened', ...measures, control]) {
      expect(files.filter((name) => !isFile(folder, variant, name))).toEqual([])
    }
    expect(['report.html', 'junit.xml', 'verdict.json'].filter((name) => !isFile(folder, name))).toEqual([])
    expect(ended.out).toContain('automated-rollback')
    const parsed: unknown = new XMLParser({ ignoreAttributes: false }).parse(readFileSync(join(folder, 'junit.xml')))
    expect(parsed).toHaveProperty('testsuites.testsuite')
  })

  test('verdict and reports can be made again from the journal alone', async () => {
    const before = verdictOf('as-it-happened')
    const report = readFileSync(join(folder, 'as-it-happened', 'report.html'), 'utf8')
    expect((await badgateway(['judge', folder])).code).toBe(0)
    expect((await badgateway(['report', join(folder, 'as-it-happened')])).code).toBe(0)
    expect(verdictOf('as-it-happened')).toEqual(before)
    expect(readFileSync(join(folder, 'as-it-happened', 'report.html'), 'utf8')).toBe(report)
  })
})
