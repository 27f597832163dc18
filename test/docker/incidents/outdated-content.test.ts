// @group full 60s
import { beforeAll, describe, expect, test } from 'vitest'
import { factsOf } from '../../../src/journal/index.ts'
import { expectPassAndNothingLeft, type Told, tell } from '../../support/told.ts'

describe('the incident of March 2023, with a page that is kept for an hour', () => {
  let told: Told
  beforeAll(async () => {
    told = await tell('memory-overload-stale-cache', 'outdated-content', '800ms')
  })

  test('passes, and leaves nothing behind', async () => {
    await expectPassAndNothingLeft(told)
  })

  test('one page is an old copy, good and then outdated, the other the 502 of the outage, until cleared', () => {
    const looks = factsOf(told.facts, 'observed').filter(({ probe }) => probe === 'cache-content')
    expect(looks.map(({ finding }) => finding)).toEqual(['stale but good', 'cached error', 'outdated', 'fresh'])
  })

  test('only what begins with the prefix was cleared, and that is proven', () => {
    const purged = factsOf(told.facts, 'remedy-applied').findLast(({ remedyKind }) => remedyKind === 'purge-cache')
    expect(purged).toMatchObject({ ok: true, because: expect.stringContaining('/api/') })
    expect(told.verdict.remedies.at(-1)?.judgement).toBe('cured')
  })
})
