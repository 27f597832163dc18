// @group stack 60s
import { expect, test } from 'vitest'
import { openScope } from '../../src/cleanup/index.ts'
import { factsOf } from '../../src/journal/index.ts'
import { stackPoolOf } from '../../src/stack/raise/stack-pool.ts'
import { strangerParts } from '../support/stranger.ts'
import { tellStrangerStory } from '../support/stranger-story.ts'

const told = async (...given: Parameters<typeof tellStrangerStory>) => {
  const { conducted, verdict, record } = await tellStrangerStory(...given)
  const open = verdict.findings.filter(({ status }) => status !== 'pass').map(({ check, because }) => [check, because])
  return { conducted, open, status: verdict.status, record }
}
const well = { conducted: { reason: 'completed', clean: true }, open: [], status: 'pass' }

test('two stories are told on one stack of somebody else, at 500 requests a second, and its books agree', async () => {
  const parts = await strangerParts()
  const pool = stackPoolOf(() => openScope(parts.engine))
  try {
    for (const used of [undefined, true]) {
      const { record, ...rest } = await told(parts, pool)
      expect(rest).toEqual(well)
      expect(factsOf(record.facts, 'stack-ready')[0]?.used).toBe(used)
      const [books] = factsOf(record.facts, 'proxy-reconciled')
      expect(books).toMatchObject({ answeredUnlogged: 0, loggedUnknown: 0 })
      expect(books?.matched).toBeGreaterThan(3_000)
    }
  } finally {
    await pool.close()
  }
})

test('without a pool it is raised for the run alone, and is gone after it', async () => {
  const { record: _, ...rest } = await told(await strangerParts())
  expect(rest).toEqual(well)
})
