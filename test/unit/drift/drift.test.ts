import { describe, expect, it } from 'vitest'
import type { CellRow } from '../../../src/checks/index.ts'
import { type CellDrift, driftOf, exitBeside, isRed, type Snapshot, updated } from '../../../src/drift/index.ts'
import { exitCodes } from '../../../src/kit/errors.ts'
import { calm, outage, playOf } from '../../support/figures.ts'

const cell = 'refuse/api-1'
const made = { users: 20, ratePerS: 40, holdMs: 3_000, timeoutsAtMostMs: null }
const plays = (...rows: CellRow[]) => new Map([[cell, rows]])
const agreed = (...rows: CellRow[]): Snapshot => updated(undefined, plays(...rows), made)
const today = '2026-12-01'
const beside = (snapshot: Snapshot, ...rows: CellRow[]): CellDrift => {
  const [one] = driftOf(snapshot, plays(...rows), today)
  return one ?? expect.unreachable()
}
const changed = (one: CellDrift) => one.changes.map(({ figure, direction }) => `${figure} ${direction}`)
const live = (snapshot: Snapshot, until = '2026-12-31'): Snapshot => {
  const was = snapshot.cells[cell] ?? expect.unreachable()
  return { ...snapshot, cells: { [cell]: { ...was, accepted: { reason: 'old proxy', owner: 'ann', until } } } }
}

describe('beside what was agreed on', () => {
  const was = agreed(playOf(outage), playOf({ ...outage, failedShare: 0.45, failed: 54 }))

  it('a play that strays no further than plays do is as before', () => {
    expect(beside(was, playOf({ ...outage, failedShare: 0.5, p95DuringMs: 150 }))).toMatchObject({
      state: 'as before',
      changes: [],
    })
  })

  it.each([
    ['more users are failed', { failedShare: 0.9 }, 'failed worse'],
    ['they are failed for longer', { failedAfterEndMs: 4_000 }, 'users failed after its end for worse'],
    ['it never ends', { endedBy: 'not at all', failedAfterEndMs: null } as const, 'ended worse'],
    ['nobody is told any more', { alert: 'no alert' } as const, 'told by worse'],
    ['they are told later', { alert: { name: 'BackendDown', afterMs: 9_000 } }, 'told after worse'],
    ['answers come later', { p95DuringMs: 900 }, 'p95 worse'],
  ])('worse is: %s', (_, more, told) => {
    const one = beside(was, playOf({ ...outage, ...more }))
    expect(one.state).toBe('worse')
    expect(changed(one)).toEqual([told])
  })

  it('writes that are done twice are worse, however many more are served', () => {
    const before = agreed(playOf({ ...outage, writes: { sent: 40, lost: 20, twice: 0, twiceBy: 'log' } }))
    const one = beside(before, playOf({ ...calm, writes: { sent: 40, lost: 0, twice: 20, twiceBy: 'log' } }))
    expect([one.state, changed(one)]).toEqual(['worse', ['failed better', 'writes done twice worse']])
  })

  it('who is answered late and was not answered before is better off', () => {
    const one = beside(was, playOf({ ...calm, p95DuringMs: 1_000 }))
    expect([one.state, changed(one)]).toEqual(['better', ['failed better', 'p95 other']])
  })

  it('an outage that never ends is worse, however many fewer fail while its cause is there', () => {
    const one = beside(was, playOf({ ...outage, failedShare: 0.1, endedBy: 'not at all', failedAfterEndMs: null }))
    expect([one.state, changed(one)]).toEqual(['worse', ['failed better', 'ended worse']])
  })

  it('an alert where there was none is better, another one is told', () => {
    const silent = agreed(playOf({ ...outage, alert: 'no alert' }))
    expect(beside(silent, playOf(outage)).state).toBe('better')
    expect(beside(silent, playOf({ ...outage, alert: 'no alert' }), playOf({ ...outage, alert: null })).state).toBe(
      'as before',
    )
    expect(beside(was, playOf({ ...outage, alert: { name: 'Other', afterMs: 2_000 } })).state).toBe('changed')
  })

  it('of several plays the middle one counts', () => {
    const bad = playOf({ ...outage, failedShare: 1 })
    expect(beside(was, bad, playOf(outage), playOf(outage)).state).toBe('as before')
    expect(beside(was, bad, bad, playOf(outage)).state).toBe('worse')
  })

  it('what could not tell, and what is not in it, is no drift', () => {
    expect(beside(was, playOf(null)).state).toBe('not known')
    expect(driftOf({ ...was, cells: {} }, plays(playOf(calm)), today)).toMatchObject([{ state: 'new' }])
    expect(
      driftOf(
        { ...was, cells: { ...was.cells, 'kill/db': was.cells[cell] ?? expect.unreachable() } },
        plays(playOf(outage)),
        today,
      ),
    ).toHaveLength(1)
  })
})

describe('a gap that is accepted', () => {
  const was = live(agreed(playOf(outage, 'fail')))

  it('stays green at its figure, though a budget is not kept', () => {
    const rows = [playOf(outage, 'fail')]
    const drift = driftOf(was, plays(...rows), today)
    expect(drift[0]?.state).toBe('accepted')
    expect(exitBeside(drift, { exitCode: exitCodes.fail, plays: plays(...rows) })).toBe(exitCodes.pass)
    expect(exitBeside([], { exitCode: exitCodes.fail, plays: plays(...rows) })).toBe(exitCodes.fail)
  })

  it.each([
    ['it is worse', was, playOf({ ...outage, failedShare: 0.95 }, 'fail'), 'worse'],
    ['it is gone', was, playOf(calm), 'gap gone'],
    ['its day is over', live(was, '2026-11-30'), playOf(outage, 'fail'), 'acceptance over'],
  ] as const)('is red when %s', (_, snapshot, play, state) => {
    const one = beside(snapshot, play)
    expect([one.state, isRed(one)]).toEqual([state, true])
    expect(exitBeside([one], { exitCode: exitCodes.pass, plays: plays(play) })).toBe(exitCodes.fail)
  })

  it('holds on its last day', () => {
    expect(beside(live(was, today), playOf(outage)).state).toBe('accepted')
  })
})

describe('the exit code', () => {
  const same = driftOf(agreed(playOf(calm)), plays(playOf(calm)), today)

  it.each([exitCodes.unclean, exitCodes.environment, exitCodes.usage])('%i stays', (exitCode) => {
    expect(exitBeside(same, { exitCode, plays: plays(playOf(calm)) })).toBe(exitCode)
  })

  it('is inconclusive where a play is, and nothing is red', () => {
    expect(exitBeside(same, { exitCode: exitCodes.inconclusive, plays: plays(playOf(null)) })).toBe(2)
    expect(exitBeside(same, { exitCode: exitCodes.pass, plays: plays(playOf(calm)) })).toBe(0)
  })
})

describe('an update', () => {
  it('keeps a cell that is as before to the byte, and takes in what has changed', () => {
    const before = agreed(playOf(outage))
    expect(updated(before, plays(playOf({ ...outage, failedShare: 0.42 })), made)).toEqual(before)
    expect(updated(before, plays(playOf(calm)), made).cells[cell]?.failed[0]).toBe(0)
  })

  it('leaves what did not run, and what could not tell', () => {
    const before = agreed(playOf(outage))
    expect(updated(before, new Map(), made)).toEqual(before)
    expect(updated(before, plays(playOf(null)), made)).toEqual(before)
  })

  it('keeps an acceptance while there is a gap', () => {
    const before = live(agreed(playOf(outage, 'fail')))
    expect(
      updated(before, plays(playOf({ ...outage, failedShare: 0.9 }, 'fail')), made).cells[cell]?.accepted?.owner,
    ).toBe('ann')
    expect(updated(before, plays(playOf(calm)), made).cells[cell]?.accepted).toBeUndefined()
  })
})
