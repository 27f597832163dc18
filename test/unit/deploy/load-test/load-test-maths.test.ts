import { describe, expect, test } from 'vitest'
import { growthOf, type LoadFigures, lineThrough, overspent } from '../../../../src/deploy/load-test/load-test-maths.ts'

const mib = 1_048_576

describe('a line through points', () => {
  test('is exact where there is one', () => {
    const line = lineThrough([0, 1, 5].map((x) => ({ x, y: 3 * x + 7 })))
    expect(line?.slope).toBeCloseTo(3, 10)
    expect(line?.intercept).toBeCloseTo(7, 10)
    expect(line?.r2).toBeCloseTo(1, 10)
  })

  test('says how badly it fits', () => {
    const scattered = [5, 1, 6, 2, 5].map((y, x) => ({ x, y }))
    expect(lineThrough(scattered)?.r2).toBeLessThan(0.1)
    expect(lineThrough([1, 2, 3].map((x) => ({ x, y: 4 })))).toEqual({ slope: 0, intercept: 4, r2: 1 })
  })

  test('is not known from two points, nor from many at one place', () => {
    expect(
      lineThrough([
        { x: 1, y: 1 },
        { x: 2, y: 2 },
      ]),
    ).toBeNull()
    expect(lineThrough([1, 2, 3].map((y) => ({ x: 4, y })))).toBeNull()
  })
})

describe('growth', () => {
  const points = (of: (count: number) => number) => [100, 200, 300, 400].map((count) => ({ count, bytes: of(count) }))

  test('tells at which count the limit is met', () => {
    const growth = growthOf(
      points((count) => 40 * mib + count * 50_000),
      100 * mib,
    )
    expect(growth?.bytesEach).toBeCloseTo(50_000, 3)
    expect(growth?.limitAt).toBe(Math.round((60 * mib) / 50_000))
    expect(growth?.bytes).toBe(40 * mib + 400 * 50_000)
  })

  test('what comes and goes is not growth', () => {
    const sawtooth = growthOf(
      points((count) => (count % 200 === 0 ? 40 : 48) * mib),
      100 * mib,
    )
    expect(sawtooth).toMatchObject({ bytesEach: 0, limitAt: null })
    expect(
      growthOf(
        points((count) => 60 * mib - count * 1_000),
        100 * mib,
      ),
    ).toMatchObject({ bytesEach: 0, limitAt: null })
  })

  test('a limit far beyond what was tried is not told', () => {
    const slow = points((count) => 40 * mib + count * 100_000)
    expect(growthOf(slow, 40 * mib + 3_900_000_000)?.limitAt).toBe(39_000)
    expect(growthOf(slow, 40 * mib + 4_100_000_000)).toMatchObject({ limitAt: null })
  })

  test('a heap that is still young is no leak, however straight its line', () => {
    const young = points((count) => 40 * mib + count * 20_000)
    expect(growthOf(young, 100 * mib)).toMatchObject({ bytesEach: 0, limitAt: null, fit: 1 })
  })

  test('without a limit it is never met; at the limit it is met now', () => {
    expect(
      growthOf(
        points((count) => count * 100_000),
        null,
      ),
    ).toMatchObject({ bytesEach: 100_000, limitAt: null })
    expect(
      growthOf(
        points((count) => count * 100_000),
        1,
      )?.limitAt,
    ).toBe(400)
  })

  test('too few points say nothing', () => {
    expect(growthOf(points((count) => count).slice(2), 1)).toBeNull()
  })
})

describe('budgets', () => {
  const budgets = { failedShare: 0.01, p99Ms: 500, mbPerThousandRequests: 5 }
  const steady = { bytesEach: 1_000, fit: 1, bytes: 1, limitBytes: null, limitAt: null }
  const good: LoadFigures = { requests: 1_000, failedShare: 0.01, p99Ms: 500, growth: steady, died: false }

  test('are kept at their very edge', () => {
    expect(overspent(good, budgets)).toEqual([])
    expect(overspent({ ...good, growth: null }, { failedShare: 0.01, p99Ms: 500 })).toEqual([])
  })

  test.each<[Partial<LoadFigures>, string]>([
    [{ failedShare: 0.0211 }, '2.1 % failed, 1 % allowed'],
    [{ p99Ms: 501 }, 'p99 501 ms, 500 ms allowed'],
    [{ growth: { ...steady, bytesEach: 6_000 } }, '5.7 MB per 1,000 requests, 5 MB allowed'],
    [{ growth: null }, 'how its memory grows is not known'],
    [{ died: true, growth: null }, 'the container died'],
    [{ requests: 0, p99Ms: null }, 'no request was sent'],
  ])('%j is overspent', (change, words) => {
    expect(overspent({ ...good, ...change }, budgets)).toEqual([words])
  })
})
