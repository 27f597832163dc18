import { describe, expect, it } from 'vitest'
import type { Outage } from '../../../src/checks/reading/outages.ts'
import { isOwn, ownMs, ownTimeOf } from '../../../src/checks/reading/own-time.ts'
import { type FactOf, factsOf, type NewFact } from '../../../src/journal/facts.ts'
import { incidentClock } from '../../../src/journal/incident-clock.ts'
import type { PlannedStep } from '../../../src/journal/plan.ts'
import { JournalWriter, outageJournal, outagePlan } from '../../support/journal.ts'

const played = outageJournal()
const [sampleFault] = factsOf(played.facts, 'fault-injected')
const [sampleRemedy] = factsOf(played.facts, 'remedy-applied')
if (!sampleFault || !sampleRemedy) throw new Error('nothing was done')

const outage: Outage = {
  fromT: 10_000,
  toT: 40_000,
  recoveredT: 40_000,
  failedRequests: 1,
  usersActive: new Set(),
  usersFailed: new Set(),
  facts: [],
}
type Said = readonly (readonly [t: number, incidentMs: number, runs: boolean])[]
/** A minute of the incident is a second here; its clock goes as it is told. */
const clock = (said: Said) =>
  incidentClock({
    scale: { incidentMinuteMs: 1_000, clockStart: '14:30' },
    storyT: 0,
    fallbackT: 0,
    sets: said.map(([t, incidentMs, runs]) => ({ t, incidentMs, runs, because: 'the story' })),
  })
/** It stands from 20 to 24 s for the harness. */
const stands: Said = [
  [0, 0, true],
  [20_000, 20_000, false],
  [24_000, 20_000, true],
]
const fault = (startedT: number, t: number): [number, NewFact] => [t, { ...sampleFault, startedT }]
const remedy = (startedT: number, t: number): [number, NewFact] => [t, { ...sampleRemedy, startedT }]
const step = (number: number, fromT: number, toT?: number): [number, NewFact][] => [
  [fromT, { kind: 'step-entered', step: number, clock: '14:30', title: 'a step', what: { does: 'wait' } }],
  ...(toT === undefined ? [] : ([[toT, { kind: 'step-ended', step: number, ok: true, because: 'done' }]] as const)).map(
    ([t, fact]): [number, NewFact] => [t, fact],
  ),
]

function timed(noted: readonly [number, NewFact][], does: PlannedStep['does'] = 'remedy', said = stands) {
  const journal = new JournalWriter()
  for (const [t, fact] of noted) journal.at(t, fact)
  const story = outagePlan()
    .story.slice(0, 1)
    .map((one) => ({ ...one, step: 3, does }))
  return { facts: journal.facts(), plan: { story, incidentMinuteMs: 1_000 }, incident: clock(said) }
}
const injected = fault(8_000, 9_500)
const own = (noted: readonly [number, NewFact][], does?: PlannedStep['does'], said?: Said) =>
  ownTimeOf(timed([injected, ...noted], does, said), outage)

describe("the harness's own time in an outage", () => {
  it('is what the remedy took that ended it, up to its end, and what its clock stood', () => {
    const told = own([remedy(35_000, 41_000)])
    expect(told).toMatchObject({
      stood: [{ fromT: 20_000, toT: 24_000 }],
      deed: { fromT: 35_000, toT: 40_000 },
      ...{ deedMinutes: 5, keptMinutes: 0, lateMs: 1_500, lateMinutes: 1.5 },
    })
    expect(ownMs(told, outage)).toBe(9_000)
    expect(own([remedy(35_000, 38_000)]).deed).toEqual({ fromT: 35_000, toT: 38_000 })
  })

  it('is of the last remedy that was begun in it', () => {
    expect(own([remedy(12_000, 13_000), remedy(40_000, 41_000)]).deed).toEqual({ fromT: 40_000, toT: 40_000 })
    expect(own([remedy(12_000, 13_000), remedy(40_001, 41_000)]).deed).toEqual({ fromT: 12_000, toT: 13_000 })
    expect(own([remedy(10_000, 11_000)]).deed).toEqual({ fromT: 10_000, toT: 11_000 })
  })

  it('is none when nobody had begun to mend it: neither did the clock stand for that', () => {
    for (const noted of [[], [remedy(9_999, 11_000)]]) {
      expect(own(noted)).toMatchObject({ stood: [], deed: null, deedMinutes: 0, keptMinutes: 0, lateMs: 1_500 })
    }
    expect(ownMs(own([]), outage)).toBe(0)
  })

  it('counts each moment once: the clock may stand while the remedy is at work', () => {
    const told = own([remedy(22_000, 30_000)])
    expect(told.deedMinutes).toBe(6)
    expect(ownMs(told, outage)).toBe(2_000 + 8_000)
  })

  it('is not what the clock stood outside of the outage', () => {
    const before: Said = [
      [0, 0, true],
      [6_000, 6_000, false],
      [10_000, 6_000, true],
    ]
    expect(own([remedy(35_000, 38_000)], 'remedy', before).stood).toEqual([])
  })

  it('is how long the last fault before it took to be in force, and nothing of one that came with it', () => {
    const last = ownTimeOf(timed([fault(1_000, 2_000), fault(9_000, 12_000)]), outage)
    expect([last.lateMs, last.lateMinutes]).toEqual([1_000, 1])
    const late = ownTimeOf(timed([fault(10_000, 12_000)]), outage)
    expect(late.lateMs).toBe(0)
    const none = ownTimeOf(timed([fault(10_001, 12_000)]), outage)
    expect([none.lateMs, none.lateMinutes]).toEqual([0, 0])
  })
})

describe('what the system kept waiting counts', () => {
  it.each<[PlannedStep['does'], string, [number, NewFact][], number]>([
    ['recovered', 'a recovery', step(3, 19_000, 25_000), 4],
    ['alert', 'an alert', step(3, 19_000, 25_000), 4],
    ['remedy', 'a remedy', step(3, 19_000, 25_000), 0],
    ['recovered', 'a recovery entered as it stood', step(3, 20_000, 25_000), 4],
    ['recovered', 'a recovery entered later', step(3, 20_001, 25_000), 0],
    ['recovered', 'a recovery that had ended', step(3, 19_000, 20_000), 0],
    ['recovered', 'a recovery that never ended', step(3, 19_000), 4],
    ['recovered', 'no step', [], 0],
  ])('%s: %s', (does, _name, noted, minutes) => {
    const told = own([...noted, remedy(35_000, 38_000)], does)
    expect([told.keptMinutes, told.stood.length]).toEqual([minutes, minutes === 0 ? 1 : 0])
  })

  it.each<[string, FactOf<'fault-injected'>['outcome'], number]>([
    ['in force', 'in-force', 0],
    ['stopped by a measure', 'rejected', 4],
  ])('a fault that is %s', (_name, outcome, minutes) => {
    const deed: [number, NewFact] = [21_000, { ...sampleFault, startedT: 19_500, outcome }]
    const told = own([...step(3, 19_000, 25_000), deed, remedy(35_000, 38_000)], 'fault')
    expect(told.keptMinutes).toBe(minutes)
  })
})

describe('a second is its own', () => {
  const told = own([remedy(35_000, 38_000)])
  it.each([
    [19_000, 20_000, false],
    [19_500, 20_500, true],
    [24_000, 25_000, false],
    [34_000, 35_000, false],
    [37_000, 38_000, true],
    [38_000, 39_000, false],
  ])('from %i to %i: %s', (fromT, toT, itIs) => {
    expect(isOwn(told, { fromT, toT })).toBe(itIs)
  })

  it('never, where nobody had begun to mend it', () => {
    expect(isOwn(own([]), { fromT: 20_500, toT: 21_500 })).toBe(false)
  })
})
