import { describe, expect, it } from 'vitest'
import { type ClockSet, incidentClock, overlapMs } from '../../../src/journal/incident-clock.ts'

const scale = { clockStart: '14:30', incidentMinuteMs: 1_000 }
const storyT = 5_000

const clockOf = (sets: readonly ClockSet[] = [], parts: Partial<typeof scale> = {}) =>
  incidentClock({ scale: { ...scale, ...parts }, storyT, fallbackT: 0, sets })

const set = (t: number, incidentMs: number, runs = true, because = ''): ClockSet => ({ t, incidentMs, runs, because })

describe('a journal without a word of the clock', () => {
  const { msAt, clockAt, standing, secondsAt, minuteAt, tAt } = clockOf()

  it('is told by its own time, a minute as long as the scale says, before the story too', () => {
    expect([storyT - 5_000, storyT, storyT + 75_003].map(clockAt)).toEqual(['14:25', '14:30', '15:45'])
    expect([msAt(storyT + 400), secondsAt(storyT - 500), standing]).toEqual([400, -0.5, []])
    expect(tAt(minuteAt(storyT + 1_234))).toBeCloseTo(storyT + 1_234, 6)
  })

  it('goes over midnight, and a timer that fires a hair early counts as in time', () => {
    const late = clockOf([], { clockStart: '23:58', incidentMinuteMs: 250 })
    expect([-250, 0, 229, 230, 250, 500].map((ms) => late.clockAt(storyT + ms))).toEqual([
      '23:57',
      '23:58',
      '23:58',
      '23:59',
      '23:59',
      '00:00',
    ])
  })

  it('goes from the newest moment there is as long as no story has begun', () => {
    const clock = incidentClock({ scale, storyT: null, fallbackT: 700, sets: [] })
    expect([clock.storyT, clock.clockAt(700)]).toEqual([null, '14:30'])
  })
})

describe('a clock that stood while a deed took longer', () => {
  // A step that is due at 10 s is entered at 13 s: for three seconds the clock shows 14:40.
  const word = set(storyT + 10_050, 10_000, false, 'step 1 is not over yet')
  const sets = [set(storyT, 0), word, set(storyT + 13_000, 10_000)]

  it.each([
    ['with the word that it stands', sets],
    ['without it', sets.filter((one) => one !== word)],
  ])('shows what it showed, and goes on from there, %s', (_, given) => {
    const clock = clockOf(given)
    expect([9_999, 10_000, 10_040, 11_500, 13_000, 14_000].map((ms) => clock.msAt(storyT + ms))).toEqual([
      9_999, 10_000, 10_000, 10_000, 10_000, 11_000,
    ])
    expect(clock.clockAt(storyT + 12_900)).toBe('14:40')
    expect(clock.standing).toMatchObject([{ fromT: storyT + 10_000, toT: storyT + 13_000, incidentMs: 10_000 }])
    expect(clock.minutesBetween(storyT + 9_000, storyT + 14_000)).toBeCloseTo(2, 6)
    expect(clock.stoodMs(storyT + 11_000, storyT + 60_000)).toBe(2_000)
    expect(clock.secondsAt(storyT + 13_000)).toBe(13)
  })

  it('says why, also where that was said late', () => {
    const late = [...sets.slice(0, 1), { ...word, t: storyT + 13_000 }, ...sets.slice(2)]
    for (const given of [sets, late]) {
      expect(clockOf(given).standing).toMatchObject([{ because: 'step 1 is not over yet' }])
    }
  })

  it('an instant is the first one at which it shows a minute', () => {
    const { tAt } = clockOf(sets)
    const minute = 14 * 60 + 30
    expect([tAt(minute + 10), tAt(minute + 11), tAt(minute - 2)]).toEqual([storyT + 10_000, storyT + 14_000, 3_000])
  })

  it('never goes back, whatever is written', () => {
    const clock = clockOf([set(storyT, 0), set(storyT + 5_000, 2_000), set(storyT + 6_000, 1_000)])
    const shown = [0, 1_000, 2_500, 5_000, 5_999].map((ms) => clock.msAt(storyT + ms))
    expect(shown).toEqual(shown.toSorted((a, b) => a - b))
  })

  it('what a timer is late is no standing', () => {
    expect(clockOf([set(storyT, 0), set(storyT + 10_004, 10_000)]).standing).toEqual([])
  })
})

it('spans overlap as far as both are on', () => {
  const span = { fromT: 10, toT: 20 }
  expect([overlapMs(span, { fromT: 15, toT: 40 }), overlapMs(span, { fromT: 20, toT: 40 })]).toEqual([5, 0])
})
