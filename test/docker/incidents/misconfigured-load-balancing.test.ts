// @group stack 65s
import { beforeAll, describe, expect, test } from 'vitest'
import { usersPerServer } from '../../support/sticky.ts'
import { expectPassAndNothingLeft, type Told, tell } from '../../support/told.ts'

describe('the incident of June 2024, replayed at 200 ms a minute', () => {
  let told: Told
  beforeAll(async () => {
    told = await tell('misconfigured-load-balancing', 'as-it-happened', '200ms')
  })

  test('passes, and leaves nothing behind', async () => {
    await expectPassAndNothingLeft(told)
  })

  test('as it happened: exactly the users whom the hash puts on the wrong lines, with every request', () => {
    const { outage, findings, detectedBy, timeToRecoverSeconds } = told.verdict
    const [failed = 0] = usersPerServer(40, [17, 3])
    expect(failed / 40).toBe(0.85)
    // A reload may close a connection under a request of one of the others: once, and he is failed too.
    expect([failed / 40, (failed + 1) / 40]).toContain(outage.usersAffectedShare)
    expect(timeToRecoverSeconds).toBeGreaterThanOrEqual(outage.seconds)
    expect(detectedBy).toBe('GatewaySuccessRateDrop')
    const split = findings.find((one) => one.check === 'transactions')
    expect(split?.because).toMatch(/34 of 40 users, 85 %, were failed every time, 0 now and then, 6 never/)
  })

  test('as it happened: the wrong turns are looked into, and each is told by its figures', () => {
    const looks = told.verdict.findings.filter((one) => one.check === 'look-finds')
    const because = looks.map((one) => one.because).join('\n')
    expect(because).toMatch(/cores used: web-1 0\.\d+, \d+ % of its 0\.4 \(before: 0\.0\d\)/)
    expect(because).toMatch(/4 of 4 servers .* 0 lost or damaged at an interface/)
    expect(because).toContain('+server web-1:8090 max_fails=0 weight=17;')
    expect(because).toContain('neighbours on one link, in both directions')
    expect(because).toMatch(/UnplannedConfigurationChange is not among them; it would have fired/)
  })
})
