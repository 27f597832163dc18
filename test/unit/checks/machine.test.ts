import { describe, expect, it } from 'vitest'
import { excuseOf } from '../../../src/checks/excuse.ts'
import { judge } from '../../../src/checks/index.ts'
import { machineRoom } from '../../../src/checks/reading/machine.ts'
import type { Fact, FactOf } from '../../../src/journal/facts.ts'
import type { CheckSpec } from '../../../src/journal/plan.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { failingBetween, outageAlert, outageJournal, plus, storyT } from '../../support/journal.ts'
import { said } from './ask.ts'

type Sample = FactOf<'machine-sample'>

const quiet: Omit<Sample, 'n' | 't' | 'at' | 'fromT'> = {
  kind: 'machine-sample',
  spanMs: 1_000,
  cpuBusy: 0.4,
  cpuPressure: 0.2,
  steal: 0,
  loopDelayMs: { p99: 3, max: 8 },
  enginePingMs: 2,
  execMs: null,
  source: 'psi',
}

/** A sample each second from the first on; what differs from a quiet machine is said by the second. */
function sampled(seconds: number, differs: (second: number) => Partial<Sample>): Sample[] {
  return Array.from({ length: seconds }, (_, second) => {
    const fromT = second * 1_000
    const at = new Date(fromT).toISOString()
    return { n: second + 1, t: fromT + 1_001, at, fromT, ...quiet, ...differs(second) }
  })
}

const story: Fact = { kind: 'phase-entered', n: 99, t: 5_000, at: new Date(5_000).toISOString(), phase: 'story' }
const roomOf = (seconds: number, differs: (second: number) => Partial<Sample>) => {
  return machineRoom([...sampled(seconds, differs), story])
}

const standstill: Partial<Sample> = { loopDelayMs: { p99: 900, max: 950 } }
const crowded: Partial<Sample> = { cpuPressure: 0.96, cpuBusy: 1 }

describe('a second is starved', () => {
  it.each<[string, Partial<Sample>, number, RegExp]>([
    ['when the harness stood still', standstill, 950, /stood still for 950 ms/],
    ['when the engine took long to answer', { enginePingMs: 600 }, 600, /engine took 600 ms/],
    ['when the engine did not answer', { enginePingMs: null, unanswered: ['engine-ping'] }, 1_000, /no answer to/],
    ['when a command for nothing took long', { execMs: 4_000 }, 1_000, /took 4000 ms/],
    ['when tasks waited for a core all the time', crowded, 480, /waited for a core 96 %/],
    ['when the hypervisor took the cores', { steal: 0.5 }, 500, /took 50 % of the cores/],
    ['without PSI when every core was busy', { cpuPressure: null, cpuBusy: 1, source: 'stat' }, 500, /waited/],
  ])('%s', (_, differs, lostMs, because) => {
    const { starved } = roomOf(10, (second) => (second === 7 ? differs : {}))
    expect(starved).toMatchObject([{ fromT: 7_000, lostMs, because: expect.stringMatching(because) }])
  })

  it.each<[string, Partial<Sample>]>([
    ['when the CPU is merely busy', { cpuBusy: 1, cpuPressure: 0.4 }],
    ['when the loop was late by a frame', { loopDelayMs: { p99: 20, max: 90 } }],
    ['when the engine was not asked', { enginePingMs: null }],
  ])('but not %s', (_, differs) => {
    expect(roomOf(10, () => differs).starved).toEqual([])
  })

  it('by the measure of the steady state, and not beyond what nobody has room with', () => {
    const slow = { enginePingMs: 150 }
    expect(roomOf(10, () => slow).limits.pingMs).toBe(450)
    expect(roomOf(10, () => ({ enginePingMs: 900 })).limits.pingMs).toBe(1_000)
    expect(roomOf(10, () => crowded).starved).toHaveLength(10)
  })
})

describe('a miss', () => {
  const window = { fromT: 10_000, toT: 40_000 }
  const oneSecond = roomOf(60, (second) => (second === 20 ? standstill : {}))
  const throughout = roomOf(60, () => crowded)
  const stolen = roomOf(60, () => ({ steal: 0.6 }))

  it('is explained by what the machine took, and says how much', () => {
    expect(excuseOf(oneSecond, { ...window, over: { ms: 800 } })).toMatch(/no room for 1\.0 s of 30\.0 s.+cost 0\.9 s/)
    expect(excuseOf(throughout, { ...window, over: { ms: 6_000 } })).toMatch(/no room for 30\.0 s of 30\.0 s/)
  })

  it.each<[string, ReturnType<typeof roomOf>, Parameters<typeof excuseOf>[1]]>([
    ['larger than what it took', oneSecond, { ...window, over: { ms: 1_200 } }],
    ['of what never happened, by one second of thirty', oneSecond, { ...window, over: { limitMs: 29_000 } }],
    [
      'of what never happened in twice its time, by busy neighbours',
      throughout,
      { ...window, over: { limitMs: 15_000 } },
    ],
    ['twice as late, by busy neighbours', throughout, { ...window, over: { ms: 15_000 } }],
    ['before the machine had no room', oneSecond, { fromT: 0, toT: 19_000, over: { ms: 10 } }],
    ['of a rate, by one second of thirty', oneSecond, { ...window, over: { share: 0.1 } }],
    ['that nobody watched the machine in', machineRoom([]), { ...window, over: { ms: 1 } }],
  ])('is not when it is %s', (_, room, miss) => {
    expect(excuseOf(room, miss)).toBeUndefined()
  })

  it('of a rate is explained by the share that was taken', () => {
    expect(excuseOf(throughout, { ...window, over: { share: 0.4 } })).toMatch(/up to 48 % of it/)
  })

  it('of what may be its own doing is explained where it had no room for half of the time', () => {
    expect(excuseOf(throughout, { ...window, over: 'crowded' })).toMatch(/no room for 30\.0 s of 30\.0 s/)
    expect(excuseOf(oneSecond, { ...window, over: 'crowded' })).toBeUndefined()
    expect(excuseOf(machineRoom([]), { ...window, over: 'crowded' })).toBeUndefined()
  })

  it('of what never happened is explained where less than its limit was left of its time', () => {
    expect(excuseOf(stolen, { ...window, over: { limitMs: 15_000 } })).toMatch(
      /hypervisor took 60 %.+12\.0 s were left/,
    )
    expect(excuseOf(throughout, { ...window, over: { limitMs: 25_000 } })).toMatch(/15\.6 s were left/)
  })
})

/** The record with a machine that was like this all through the story. */
function on(record: RunRecord, differs: Partial<Sample>): RunRecord {
  const endT = (record.facts.at(-1)?.t ?? 0) - 1_100
  const all = Array.from({ length: 90 }, (_, second) => storyT + second * 1_000)
  const seconds = all.filter((fromT) => fromT < endT)
  return seconds.reduce((sum, fromT) => plus(sum, fromT + 1_001, { ...quiet, fromT, ...differs }), record)
}

const late = outageJournal({ servedAgainMs: 86_400 })

describe('the question', () => {
  const recovered: CheckSpec = { kind: 'recovered', step: 7, withinMs: 10_000, holdMs: 3_000 }
  const fires: CheckSpec = { kind: 'alert-fires', step: 1, alert: outageAlert, firesWithinMs: 1 }

  it('fails on a machine with room, and is open on one without', () => {
    expect(said(late, recovered)).toMatchObject({ status: 'fail' })
    expect(said(on(late, {}), recovered)).toMatchObject({ status: 'fail' })
    expect(said(on(late, standstill), recovered)).toMatchObject({
      status: 'inconclusive',
      because: expect.stringMatching(/not held against the system: the machine had no room for .+ at its worst/),
    })
  })

  it('fails on a machine with busy neighbours when it is later than they explain', () => {
    expect(said(on(late, crowded), { ...recovered, withinMs: 100 })).toMatchObject({ status: 'fail' })
    expect(said(on(outageJournal(), crowded), fires)).toMatchObject({ status: 'fail' })
  })

  it('of a look, or of an alert that should be silent, is open on a machine without room', () => {
    const look: CheckSpec = { kind: 'look-finds', step: 4, finds: 'something else' }
    expect(said(outageJournal(), look)).toMatchObject({ status: 'fail' })
    expect(said(on(outageJournal(), crowded), look)).toMatchObject({ status: 'inconclusive' })
    const other: CheckSpec = { kind: 'no-other-alert', allow: [] }
    expect(said(outageJournal(), other)).toMatchObject({ status: 'fail' })
    expect(said(on(outageJournal(), crowded), other)).toMatchObject({ status: 'inconclusive' })
  })

  it('of users who were failed again is open for a moment, and a failure for longer', () => {
    const relapse: CheckSpec = { kind: 'no-relapse', step: 7 }
    const moment = failingBetween(outageJournal(), 76_000, 77_000, 1)
    expect(said(moment, relapse)).toMatchObject({ status: 'fail' })
    expect(said(on(moment, standstill), relapse)).toMatchObject({ status: 'inconclusive' })
    expect(said(on(failingBetween(outageJournal(), 76_000, 92_000, 1), crowded), relapse)).toMatchObject({
      status: 'fail',
    })
  })

  it('of a cure that came late is open where the machine took as long', () => {
    const cured: CheckSpec = { kind: 'remedy-effect', step: 6, expect: 'cures', settleMs: 100 }
    const slowly = failingBetween(outageJournal(), 66_000, 70_000, 1)
    expect(said(slowly, cured)).toMatchObject({ status: 'fail' })
    expect(said(on(slowly, standstill), cured)).toMatchObject({ status: 'inconclusive' })
    expect(said(on(failingBetween(outageJournal(), 66_000, 100_000, 1), crowded), cured)).toMatchObject({
      status: 'fail',
    })
  })

  it('of what was done wrong stays a failure on any machine', () => {
    const wrong: CheckSpec = { kind: 'remedy-effect', step: 5, expect: 'cures' }
    expect(said(on(outageJournal(), standstill), wrong)).toMatchObject({ status: 'fail' })
  })

  it('that was answered as it should be stays a pass on any machine', () => {
    expect(judge(on(outageJournal(), standstill)).status).toBe('pass')
  })
})
