import { describe, expect, test } from 'vitest'
import { lostClasses } from '../../../src/kit/ledger.ts'
import { Spread } from '../../../src/kit/thresholds/spread.ts'
import { classOf, codeOf, countsOf, isServedCode, ledgerOf } from '../../../src/load/books/codes.ts'
import { cycleOf, interleave } from '../../../src/load/mix/mix.ts'
import { arrivals } from '../../../src/load/users/arrivals.ts'
import { Turns } from '../../../src/load/users/turns.ts'

const countBefore = (at: (k: number) => number, ms: number) => {
  let k = 0
  while (at(k) < ms) k += 1
  return k
}

describe('arrivals', () => {
  test('a constant rate is evenly spaced', () => {
    const { at } = arrivals({ ratePerS: 200, stages: [] })
    expect([at(0), at(1), at(200)]).toEqual([0, 5, 1_000])
  })

  test.each([
    [200, 6],
    [333, 3],
    [7, 11],
    [0.1, 30],
    [99_999, 1],
  ])('%d/s for %i s is exactly that many', (ratePerS, seconds) => {
    expect(countBefore(arrivals({ ratePerS, stages: [] }).at, seconds * 1_000)).toBe(Math.round(ratePerS * seconds))
  })

  test('stages change the rate linearly, one after the other, and the last stays', () => {
    const stages = [
      { toRatePerS: 300, over: 1_000 },
      { toRatePerS: 300, over: 1_000 },
      { toRatePerS: 50, over: 0 },
    ]
    const spec = { ratePerS: 100, stages }
    expect(countBefore(arrivals(spec).at, 500)).toBe(75)
    expect(countBefore(arrivals(spec).at, 1_000)).toBe(200)
    expect(countBefore(arrivals(spec).at, 2_000)).toBe(500)
    expect(countBefore(arrivals(spec).at, 4_000)).toBe(600)
  })

  test('never goes back in time', () => {
    const { at } = arrivals({ ratePerS: 1_000, stages: [{ toRatePerS: 1, over: 700 }] })
    let last = -1
    for (let k = 0; k < 400; k += 1) {
      const next = at(k)
      expect(next).toBeGreaterThan(last)
      last = next
    }
  })
})

describe('arrivals that change', () => {
  test.each([
    [100, [[1_000, 900]], 3_000, 1_900],
    [900, [[1_000, 100]], 3_000, 1_100],
    [7, [[333, 13]], 10_333, 2.331 + 130],
    [0.5, [[1_999.5, 1_000]], 2_999.5, 1_000.99975],
    [
      50,
      [
        [1_000, 500],
        [2_000, 50],
        [2_000, 200],
      ],
      4_000,
      50 + 500 + 400,
    ],
  ])('%d/s, then %j, is by %d ms exactly what the rates add up to', (ratePerS, changes, untilMs, planned) => {
    const { at, change } = arrivals({ ratePerS, stages: [] })
    let k = 0
    let last = -1
    const send = (toMs: number) => {
      for (; at(k) < toMs; k += 1) {
        expect(at(k)).toBeGreaterThan(last)
        last = at(k)
      }
    }
    for (const [atMs = 0, rate = 0] of changes) {
      send(atMs)
      expect(change(atMs, rate)).toBe(k)
    }
    send(untilMs)
    expect(k).toBe(Math.ceil(planned))
  })

  test('a change in the middle of a stage ends it and those after it', () => {
    const { at, change } = arrivals({ ratePerS: 100, stages: [{ toRatePerS: 300, over: 1_000 }] })
    expect(countBefore(at, 500)).toBe(75)
    expect(change(500, 10)).toBe(75)
    expect(countBefore(at, 1_500)).toBe(85)
  })

  test('what was due before leaves by the old plan, however late it is asked for', () => {
    const { at, change } = arrivals({ ratePerS: 100, stages: [] })
    expect(at(3)).toBe(30)
    expect(change(1_000, 10)).toBe(100)
    expect([at(4), at(99), at(100), at(101)]).toEqual([40, 990, 1_000, 1_100])
  })
})

describe('turns', () => {
  test('every request has one user, by the users in force when it was due', () => {
    const turns = new Turns([{ weight: 1 }], 3)
    turns.change(4, 10)
    turns.change(12, 3)
    expect(turns.users).toBe(3)
    expect(Array.from({ length: 15 }, (_, k) => turns.userOf(k))).toEqual([0, 1, 2, 0, 4, 5, 6, 7, 8, 9, 0, 1, 0, 1, 2])
  })

  test('two changes at one moment: the last holds', () => {
    const turns = new Turns([{ weight: 1 }], 3)
    turns.change(4, 10)
    turns.change(4, 2)
    expect([3, 4, 5].map((k) => turns.userOf(k))).toEqual([0, 0, 1])
  })

  test('after a change the mix keeps its weights', () => {
    const turns = new Turns([{ weight: 3 }, { weight: 1 }], 50)
    turns.change(1_001, 77)
    const entries = Array.from({ length: 5_001 }, (_, k) => turns.entryOf(k)).slice(1_001)
    expect(entries.filter((entry) => entry === 1)).toHaveLength(1_000)
  })
})

describe('mix', () => {
  test('each entry comes as often as its weight says, evenly spread', () => {
    expect(cycleOf([3, 1])).toEqual([0, 0, 1, 0])
    expect(cycleOf([0.95, 0.05]).filter((entry) => entry === 1)).toHaveLength(1)
    expect(cycleOf([0.95, 0.05])).toHaveLength(20)
    expect(cycleOf([1])).toEqual([0])
    expect(cycleOf([1_000_000, 1])).toContain(1)
  })

  test.each([
    [[1, 1], 50],
    [[19, 1], 50],
    [[1, 1, 1], 7],
    [[3, 1], 6],
  ])('no user is tied to one entry: weights %j, %i users', (weights, users) => {
    const entryOf = interleave(weights, users)
    const cycle = cycleOf(weights).length
    const total = cycle * cycle * users
    const counts = weights.map(() => 0)
    const seen = Array.from({ length: users }, () => new Set<number>())
    for (let k = 0; k < total; k += 1) {
      const entry = entryOf(k)
      counts[entry] = (counts[entry] ?? 0) + 1
      seen[k % users]?.add(entry)
    }
    const sum = weights.reduce((all, weight) => all + weight, 0)
    expect(counts).toEqual(weights.map((weight) => (total * weight) / sum))
    expect(Math.min(...seen.map((entries) => entries.size))).toBe(weights.length)
  })
})

describe('codes', () => {
  test('every class has a code of its own and comes back from it', () => {
    expect(lostClasses.map((name) => classOf(codeOf(name)))).toEqual([...lostClasses])
    expect(new Set(lostClasses.map(codeOf)).size).toBe(lostClasses.length)
    expect(classOf(502)).toBe('http_502')
    expect(classOf(0)).toBeUndefined()
    expect([200, 399, 400, 502, codeOf('reset')].map(isServedCode)).toEqual([true, true, false, false, false])
    const counts = new Uint32Array(1_000)
    counts[200] = 2
    counts[codeOf('reset')] = 1
    expect(ledgerOf(countsOf(counts))).toEqual({ http_200: 2, reset: 1 })
  })
})

describe('spread', () => {
  test('percentiles to three digits, the maximum exactly', () => {
    const spread = new Spread()
    expect(spread.summary()).toBeNull()
    for (let ms = 1; ms <= 1_000; ms += 1) spread.record(ms)
    const summary = spread.summary()
    expect(Math.abs((summary?.p50 ?? 0) - 500)).toBeLessThanOrEqual(1)
    expect(Math.abs((summary?.p999 ?? 0) - 999)).toBeLessThanOrEqual(1)
    expect(summary?.max).toBe(1_000)
  })

  test('several in one, as threads give them to each other', () => {
    const [one, two] = [new Spread(), new Spread()]
    for (let ms = 1; ms <= 500; ms += 1) one.record(ms)
    for (let ms = 501; ms <= 1_000; ms += 1) two.record(ms)
    two.record(100_000.55)
    const both = Spread.of([one.data(), new Spread().data(), two.data()])
    expect(both.count).toBe(1_001)
    expect(Math.abs(both.at(50) - 501)).toBeLessThanOrEqual(1)
    expect(both.max).toBe(100_000.55)
    expect(Spread.of([new Spread().data()]).summary()).toBeNull()
  })

  test('adds up, forgets, and takes what is far beyond its first reach', () => {
    const [one, two] = [new Spread(), new Spread()]
    one.record(0)
    two.record(3 * 3_600_000)
    one.add(two)
    expect(one.count).toBe(2)
    expect(one.max).toBe(3 * 3_600_000)
    one.reset()
    expect([one.count, one.max, one.at(99)]).toEqual([0, 0, 0])
  })
})
