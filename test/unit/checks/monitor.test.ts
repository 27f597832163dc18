import { describe, expect, it } from 'vitest'
import { monitorHealth } from '../../../src/checks/reading/monitor.ts'
import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import { outageJournal } from '../../support/journal.ts'

const { facts } = outageJournal()
const [snapshot] = factsOf(facts, 'stack-snapshot')
const [delivery] = factsOf(facts, 'alert-changed').filter(({ state }) => state === 'delivered')
const [sample] = factsOf(facts, 'monitor-sample')
if (!snapshot || !delivery || !sample) throw new Error('nobody watched')

type Look = Partial<FactOf<'monitor-sample'>>
/** A story from 10 s to 30 s. */
const [fromT, toT] = [10_000, 30_000]
const seconds = Array.from({ length: 25 }, (_, index) => 8_000 + index * 1_000)

/** Looks once a second from 8 s to 32 s, some of them other ones, or at these times. */
function health(to: (t: number, index: number) => Look = () => ({}), at: readonly number[] = seconds, seenT = 9_000) {
  const looks = at.map((t, index) => ({ ...sample, n: 100 + index, t, watchdogAgeMs: 1_500, ...to(t, index) }) as Fact)
  const delivered: Fact = { ...delivery, n: 50, seenT } as Fact
  return monitorHealth([snapshot as Fact, delivered, ...looks], fromT, toT, (service) => service === 'web-1')
}
/** Without those between two instants. */
const gap = (from: number, to: number) =>
  health(
    undefined,
    [...seconds.filter((t) => t <= from || t >= to), from, to].sort((a, b) => a - b),
  )
const refused: Look = { alive: false, because: 'refused' }

describe('a monitor that is well', () => {
  it('says by what: its signs of life, and the age of its Watchdog', () => {
    const { alive, because, facts: numbers } = health((t) => (t === 20_000 ? { watchdogAgeMs: 2_400 } : {}))
    expect([alive, because]).toEqual([true, '25 signs of life, at most 1.0 s apart; Watchdog at most 2.4 s old'])
    expect(numbers).toEqual([50, 100, 124])
  })

  it('has a Watchdog that was delivered before the story, if only just', () => {
    expect(health(undefined, seconds, fromT).alive).toBe(true)
    expect(health(undefined, seconds, fromT + 1)).toMatchObject({ alive: false, facts: [] })
  })

  it('has one that is as old as it may be', () => {
    expect(health(() => ({ watchdogAgeMs: 10_000 })).alive).toBe(true)
    expect(health(() => ({ watchdogAgeMs: 10_001 })).because).toMatch(/Watchdog 10001 ms old$/)
    expect(health(() => ({ watchdogAgeMs: null })).because).toMatch(/Watchdog – ms old$/)
  })
})

describe('a gap in its signs of life', () => {
  it('may be four seconds long', () => {
    expect(gap(15_000, 19_000).alive).toBe(true)
    expect(gap(15_000, 19_001).because).toBe('no sign of life of the monitor for 4.0 s, at most 4.0 s allowed')
  })

  it('counts from the begin of the story', () => {
    expect(gap(9_000, 14_000).alive).toBe(true)
    expect(gap(9_000, 14_001).alive).toBe(false)
    // Signs of the time before it bridge nothing in it.
    expect(gap(10_000, 14_001).alive).toBe(false)
  })

  it('names the looks in it that came to nothing, and why the first of them did', () => {
    const told = health((t) => (t > 15_000 && t < 20_000 ? { ...refused, because: `refused at ${t}` } : {}))
    expect(told.because).toBe('no sign of life of the monitor for 5.0 s, at most 4.0 s allowed: refused at 16000')
    expect(told.facts).toEqual([108, 109, 110, 111])
  })

  it('is the first of the longest', () => {
    const told = health((t) => ((t > 11_000 && t < 16_000) || (t > 20_000 && t < 25_000) ? refused : {}))
    expect(told.facts).toEqual([104, 105, 106, 107])
  })

  it('ends 2.5 s before the end of the story, or with a sign of life after it', () => {
    const until = (t: number, ...later: number[]) =>
      health(undefined, [...seconds.filter((one) => one < t), t, ...later])
    expect(until(27_500).alive).toBe(true)
    const late = until(27_499)
    expect(late.because).toBe('no sign of life of it in the last 2.5 s of the story, at most 2.5 s allowed')
    expect(late.facts).toEqual([120])
    expect(until(27_499, 30_500).alive).toBe(true)
  })
})

it('of a story that is shorter than the gap is wanted all the same', () => {
  const look = { ...sample, n: 100, t: 8_000, ...refused } as Fact
  const told = monitorHealth(
    [snapshot as Fact, { ...delivery, n: 50, seenT: 9_000 } as Fact, look],
    fromT,
    13_000,
    () => false,
  )
  expect(told).toMatchObject({ alive: false, facts: [] })
  expect(told.because).toContain('no sign of life of it in the last 3.0 s of the story')
})

describe('looks that found it dead', () => {
  /** So many of the looks in the story, never two after each other. */
  const dead = (count: number) =>
    health((_t, index) => (index >= 3 && index % 2 === 1 && index < 3 + 2 * count ? refused : {}))
  it('may be two', () => {
    expect(dead(2).alive).toBe(true)
    expect(dead(3)).toMatchObject({
      ...{ alive: false, because: 'the monitor was dead in 3 of 21 looks: refused', facts: [103, 105, 107] },
    })
  })

  it('are those of the story, from its first to its last instant', () => {
    const at = (...times: number[]) => health((t) => (times.includes(t) ? refused : {}))
    expect(at(10_000, 20_000, 30_000).alive).toBe(false)
    expect(at(8_000, 9_000, 20_000, 31_000, 32_000).alive).toBe(true)
  })
})

describe('what it cannot see', () => {
  const down = (...names: string[]): Look => ({ targetsUp: 9 - names.length, targetsDown: names })
  const some = (count: number, to: Look) => health((_t, index) => (index >= 4 && index < 4 + count ? to : {}))

  it('may be a target that one look of twenty missed', () => {
    expect(some(1, down('nginx agent')).alive).toBe(true)
    expect(some(2, down('nginx agent'))).toMatchObject({
      because: 'the target nginx agent was down in 2 of 21 looks, and no step is about it',
      facts: [104, 105],
    })
  })

  it('is counted over the looks of the story', () => {
    // Two of forty, and three of forty.
    const often = Array.from({ length: 40 }, (_, index) => fromT + index * 500)
    const of = (count: number, to = down('nginx agent')) =>
      health((_t, index) => (index >= 5 && index < 5 + count ? to : {}), often)
    for (const to of [down('nginx agent'), { targetsUp: 0 }, { targetsUp: 8 }]) {
      expect([of(2, to).alive, of(3, to).alive]).toEqual([true, false])
    }
    const around = health((t) => (t < fromT || t > toT ? down('nginx agent') : {}))
    expect(around.alive).toBe(true)
    const edges = health((t) => (t === fromT || t === toT ? down('nginx agent') : {}))
    expect(edges.because).toContain('was down in 2 of 21 looks')
  })

  it('may be a target that a step is about', () => {
    expect(some(9, down('backend web-1:8080')).alive).toBe(true)
    expect(some(9, down('backend web-1:8080', 'backend api-1')).because).toContain('the target backend api-1 was down')
  })

  it('is everything, when it reached none of its targets', () => {
    expect(some(1, { targetsUp: 0 }).alive).toBe(true)
    expect(some(2, { targetsUp: 0 }).because).toBe('Prometheus reached none of its targets')
  })

  it('is a target that was not there any more', () => {
    expect(some(1, { targetsUp: 8 }).alive).toBe(true)
    expect(some(2, { targetsUp: 8 }).because).toBe('of 9 targets some were not there any more')
    const first = health((_t, index) =>
      index <= 2 ? down('backend web-1', 'backend api-1') : index < 5 ? { targetsUp: 8 } : {},
    )
    expect(first.because).toBe('of 9 targets some were not there any more')
  })
})
