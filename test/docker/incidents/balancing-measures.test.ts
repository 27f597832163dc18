// @group full-exact 60s
import { beforeAll, describe, expect, test } from 'vitest'
import { leftOvers, openOf } from '../../support/badgateway.ts'
import { type Told, tell } from '../../support/told.ts'

const variants = ['with-measures', 'patching-drained']

describe('the incident of June 2024 with its measures', () => {
  const played = new Map<string, Told>()
  const told = (variant: string) => played.get(variant) ?? expect.fail(`${variant} was not played`)

  beforeAll(async () => {
    for (const variant of variants) played.set(variant, await tell('misconfigured-load-balancing', variant, '250ms'))
  })

  test.each(variants)('%s passes, and leaves nothing behind', async (variant) => {
    const { ended, verdict, runId } = told(variant)
    expect(openOf(ended, [verdict])).toEqual([])
    expect(await leftOvers(runId)).toEqual([])
  })

  test('with measures: rejected by the pipeline, and past it put back in seconds and told by name', () => {
    const { outage, detectedBy, timeToDetectSeconds } = told('with-measures').verdict
    expect(outage.incidentMinutes).toBeLessThan(60)
    expect(detectedBy).toBe('UnplannedConfigurationChange')
    expect(timeToDetectSeconds).not.toBeNull()
  })

  test('a patch that drains the old Nginx fails nobody', () => {
    expect(told('patching-drained').verdict.outage).toMatchObject({
      seconds: 0,
      failedRequests: 0,
      usersAffectedShare: 0,
    })
    expect(JSON.stringify(told('patching-drained').facts)).toMatch(
      /Nginx 1\.22\.\d+ became 1\.26\.\d+: proxy-next serves beside it/,
    )
  })
})
