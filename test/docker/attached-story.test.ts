// @group stack 45s
import { expect, test } from 'vitest'
import { openScope } from '../../src/cleanup/index.ts'
import { factsOf } from '../../src/journal/index.ts'
import { stackPoolOf } from '../../src/stack/raise/stack-pool.ts'
import { strangerParts } from '../support/stranger.ts'
import { tellStrangerStory } from '../support/stranger-story.ts'

/** The second is told on the stack of the first, and so fast that books which lose a line would differ. */
const stories = [
  { ratePerS: 20, used: undefined, matched: 100 },
  { ratePerS: 500, used: true, matched: 3_000 },
]

test('two stories on one stack of somebody else are judged and undone, and its books agree', async () => {
  const parts = await strangerParts()
  const pool = stackPoolOf(() => openScope(parts.engine))
  try {
    for (const { ratePerS, used, matched } of stories) {
      const { conducted, record, verdict } = await tellStrangerStory(parts, { ratePerS, pool })
      const open = verdict.findings.flatMap(({ status, check, because }) =>
        status === 'pass' ? [] : [[check, because]],
      )
      expect({ conducted, open }).toEqual({ conducted: { reason: 'completed', clean: true }, open: [] })
      expect(factsOf(record.facts, 'stack-ready')[0]?.used).toBe(used)
      const [books] = factsOf(record.facts, 'proxy-reconciled')
      expect(books).toMatchObject({ answeredUnlogged: 0, loggedUnknown: 0 })
      expect(books?.matched).toBeGreaterThan(matched)
    }
  } finally {
    await pool.close()
  }
})
