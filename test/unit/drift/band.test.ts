import { describe, expect, it } from 'vitest'
import { middle, msBandOf, shareBandOf } from '../../../src/drift/band.ts'

const noise = { part: 0.5, least: 200 }

describe('a band of durations', () => {
  it('is half as wide again as the figure, at least what is worth a word, or what plays differ by', () => {
    expect(msBandOf([], noise)).toBeNull()
    expect(msBandOf([100], noise)).toEqual([0, 300])
    expect(msBandOf([1_000], noise)).toEqual([500, 1_500])
    expect(msBandOf([1_000, 3_000], noise)).toEqual([0, 5_000])
  })

  it.each([[[0]], [[7, 7]], [[60_000, 1]], [[3, 900, 12]]])('holds all that it is made of: %j', (values) => {
    const [from, to] = msBandOf(values, noise) ?? expect.unreachable()
    expect(values.every((value) => value >= from && value <= to)).toBe(true)
  })
})

describe('a band of shares', () => {
  it('is what chance does to a count, three deviations of it', () => {
    // sqrt(0.4 · 0.6 / 96) = 0.05
    expect(shareBandOf([{ share: 0.4, of: 96 }])).toEqual([0.25, 0.55])
    const [from, to] = shareBandOf([{ share: 0, of: 100 }])
    expect(from).toBe(0)
    expect(to).toBeCloseTo(0.03, 3)
    expect(shareBandOf([{ share: 1, of: 100 }])).toEqual([0.97, 1])
  })

  it('is as wide as plays differ, and stays a share', () => {
    expect(
      shareBandOf([
        { share: 0.2, of: 10_000 },
        { share: 0.8, of: 10_000 },
      ]),
    ).toEqual([0, 1])
  })

  it.each([0, 0.001, 0.5, 1])('of a share of %d is one of shares, whatever it was counted in', (share) => {
    for (const of of [0, 1, 2, 1_000]) {
      const [from, to] = shareBandOf([{ share, of }])
      expect([from >= 0, to <= 1, share >= from, share <= to]).toEqual([true, true, true, true])
    }
  })
})

it('of an even number the lower one in the middle counts', () => {
  expect([middle([]), middle([3, 1]), middle([9, 1, 5])]).toEqual([undefined, 1, 5])
})
