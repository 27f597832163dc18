// @group full-exact 60s
import { beforeAll, describe, expect, test } from 'vitest'
import { factsOf } from '../../../src/journal/index.ts'
import { openOf } from '../../support/badgateway.ts'
import { type Told, tell } from '../../support/told.ts'

const leaky = ['web-2', 'web-3']

describe('the traffic of June 2024, with all measures', () => {
  let told: Told
  beforeAll(async () => {
    told = await tell('traffic-spike-memory-leak', 'with-measures', '300ms')
  })

  test('no server is killed, and users are served well', () => {
    expect(openOf(told.ended, [told.verdict])).toEqual([])
    // A reload may close a connection under a request: of more than five users in one second that is an outage.
    expect(told.verdict.outage.failedRequests).toBeLessThanOrEqual(10)
  })

  test('the load test kills the update and passes the release before, and no user ever met it', () => {
    const act = factsOf(told.facts, 'measure-acted').find(({ measure }) => measure === 'load-test')
    expect(act?.because).toMatch(/^release 1\.9\.0: .*the container died.*out of memory.*1\.8\.2.*within all budgets/)
    const events = factsOf(told.facts, 'service-event').filter(({ service }) => leaky.includes(service))
    expect(events.filter(({ action }) => action === 'start')).toEqual([])
  })
})
