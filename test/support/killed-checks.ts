import { expect } from 'vitest'
import { endedAt, endOf, type Moment, standing, ways } from './killed-check.ts'

const nothing = { things: [], folders: [], files: [], notes: [] }

/** Ends a check in each way at this moment, side by side as several people may: what one leaves or takes is its own. */
export async function expectNothingLeft(moment: Moment): Promise<void> {
  const all = await Promise.all(ways.map((way) => endedAt(moment, way)))
  for (const [at, way] of ways.entries()) {
    const { ended, left, orphaned } = all[at] ?? expect.unreachable(way)
    expect(left, `${way}: ${ended.err}`).toEqual(nothing)
    if (!standing.includes(moment.after)) continue
    expect(ended, way).toMatchObject(endOf[way])
    expect(orphaned.length > 0, way).toBe(way === 'SIGKILL of harness and guard')
  }
}
