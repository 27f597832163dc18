// @group stack 70s
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/checks/index.ts'
import { badgateway, type Ended, isFile, leftOvers, openOf, readJson, runIdOf } from '../../support/badgateway.ts'
import { play } from '../../support/told.ts'

const variants = ['as-it-happened', 'with-measures']
const files = ['plan.json', 'journal.jsonl', 'verdict.json', 'report.html', 'postmortem.md', 'junit.xml', 'logs']

describe('the incident of March 2025, replayed at 300 ms a minute', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')

  beforeAll(async () => {
    const played = await play('misconfigured-upstream', variants, '300ms')
    ended = played.ended
    folder = played.folder
  })

  test('passes as it happened and with its measures, and leaves nothing behind', async () => {
    const verdicts = variants.map(verdictOf)
    expect(openOf(ended, verdicts)).toEqual([])
    expect(verdicts.map(({ clean }) => clean)).toEqual(verdicts.map(() => true))
    const ids = verdicts.map(({ variant }) => runIdOf(join(folder, variant)))
    expect((await Promise.all(ids.map(leftOvers))).flat()).toEqual([])
  })

  test('as it happened: everybody is failed until the restart, and somebody is told', () => {
    const { outage, detectedBy, timeToRecoverSeconds, ledger } = verdictOf('as-it-happened')
    expect(outage.usersAffectedShare).toBe(1)
    expect(outage.failedRequests).toBeGreaterThan(800)
    expect(detectedBy).toMatch(/^(GatewaySuccessRateDrop|NoTrafficReachingApi)$/)
    expect(timeToRecoverSeconds).toBeGreaterThanOrEqual(outage.seconds)
    expect(ledger['http_502']).toBeGreaterThan(800)
  })

  test('with its measures no user sees anything', () => {
    expect(verdictOf('with-measures').outage).toMatchObject({ seconds: 0, failedRequests: 0, usersAffectedShare: 0 })
  })

  test('the backends were well all the time, and the cause was never named', () => {
    const before = verdictOf('as-it-happened')
    expect(before).toMatchObject({ backendsRecoveredSeconds: 0, causeNamedBy: null, relapses: [] })
    expect(before.recoveryGapSeconds).toBe(before.timeToRecoverSeconds)
  })

  test('every variant has its whole record, and the run has one report over all', () => {
    for (const variant of variants) expect(files.filter((name) => !isFile(folder, variant, name))).toEqual([])
    expect(['report.html', 'junit.xml', 'verdict.json'].filter((name) => !isFile(folder, name))).toEqual([])
    expect(ended.out).toContain('with-measures')
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
