// @group stack 60s
import { expect, test } from 'vitest'
import { openScope } from '../../src/cleanup/index.ts'
import { factsOf } from '../../src/journal/index.ts'
import { stackPoolOf } from '../../src/stack/raise/stack-pool.ts'
import { strangerParts } from '../support/stranger.ts'
import { tellStrangerStory } from '../support/stranger-story.ts'

test('two stories are told on one stack of somebody else, at 500 requests a second, and its books agree', async () => {
  const parts = await strangerParts()
  const pool = stackPoolOf(() => openScope(parts.engine))
  try {
    for (const used of [undefined, true]) {
      const { conducted, record } = await tellStrangerStory(parts, { ratePerS: 500, pool })
      expect(conducted).toEqual({ reason: 'completed', clean: true })
      expect(factsOf(record.facts, 'stack-ready')[0]?.used).toBe(used)
      const [books] = factsOf(record.facts, 'proxy-reconciled')
      expect(books).toMatchObject({ answeredUnlogged: 0, loggedUnknown: 0 })
      expect(books?.matched).toBeGreaterThan(3_000)
    }
  } finally {
    await pool.close()
  }
})

test('a story is told from nothing to nothing, judged by its journal, and undone', async () => {
  const { conducted, verdict } = await tellStrangerStory(await strangerParts(), { ratePerS: 20 })
  const open = verdict.findings.filter(({ status }) => status !== 'pass').map(({ check, because }) => [check, because])
  expect({ conducted, open, status: verdict.status }).toEqual({
    conducted: { reason: 'completed', clean: true },
    open: [],
    status: 'pass',
  })
})
