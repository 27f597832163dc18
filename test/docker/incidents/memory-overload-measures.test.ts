// @group full 90s
import { beforeAll, describe, expect, test } from 'vitest'
import { factsOf } from '../../../src/journal/index.ts'
import { expectPassAndNothingLeft, type Told, tell } from '../../support/told.ts'

const mebibyte = 1_048_576

describe('the incident of March 2023, with its measures', () => {
  let told: Told
  beforeAll(async () => {
    told = await tell('memory-overload-stale-cache', 'with-measures', '1s')
  })

  test('passes, and leaves nothing behind', async () => {
    await expectPassAndNothingLeft(told)
  })

  test('the load test finds the limit, and nobody notices anything', () => {
    expect(told.verdict.outage).toMatchObject({ failedRequests: 0, usersAffectedShare: 0 })
    const [act] = factsOf(told.facts, 'measure-acted')
    expect(act?.because).toMatch(/with 96 MB: .* MB kept a request, its limit met after ~\d+ requests: killed/)
    const undoneT = factsOf(told.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
    const samples = factsOf(told.facts, 'resource-sample').filter(({ service }) => service === 'api-1')
    expect(samples.findLast(({ t }) => t < undoneT)?.limitBytes).toBe(384 * mebibyte)
  })
})
