// @group full 300s
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { HealingRow, Verdict } from '../../../src/checks/index.ts'
import { type Ended, leftOvers, openOf, readJson, runIdOf } from '../../support/badgateway.ts'
import { play } from '../../support/told.ts'

const control = 'without-the-restart'
const variants = ['as-it-happened', 'config-validation', 'automated-rollback', 'blue-green', 'nginx-alerts', control]

describe('the incident of March 2025, with each of its measures by itself', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')

  beforeAll(async () => {
    const played = await play('misconfigured-upstream', variants, '400ms')
    ended = played.ended
    folder = played.folder
  })

  test('passes in every variant, and leaves nothing behind', async () => {
    const verdicts = variants.map(verdictOf)
    expect(openOf(ended, verdicts)).toEqual([])
    expect(verdicts.map(({ clean }) => clean)).toEqual(verdicts.map(() => true))
    const ids = verdicts.map(({ variant }) => runIdOf(join(folder, variant)))
    expect((await Promise.all(ids.map(leftOvers))).flat()).toEqual([])
  })

  test.each(['config-validation', 'blue-green'])('%s: no user sees anything', (variant) => {
    expect(verdictOf(variant).outage).toMatchObject({ seconds: 0, failedRequests: 0, usersAffectedShare: 0 })
  })

  test('automated rollback makes it short, alerts that name the cause make it shorter and sooner known', () => {
    const before = verdictOf('as-it-happened')
    expect(verdictOf('automated-rollback').outage.seconds).toBeLessThan(before.outage.seconds / 4)
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

  test('the cause was named only where there is an alert for it, before the outage was over', () => {
    const named = verdictOf('nginx-alerts')
    expect(named).toMatchObject({ causeNamedBy: 'NginxUpstreamConnectFailures' })
    expect(named.causeNamedAfterSeconds).toBeLessThan(named.outage.seconds)
  })
})
