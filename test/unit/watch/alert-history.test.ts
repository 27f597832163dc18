import { expect, test } from 'vitest'
import type { Series } from '../../../src/stack/prometheus.ts'
import { firstFiring } from '../../../src/watch/alert-history.ts'

const at = (...series: number[][]): Series[] =>
  series.map((seconds) => ({ metric: {}, values: seconds.map((second): [number, string] => [second, '1']) }))

test.each([
  ['no series: never', [], 0, null],
  ['without a wait: at the first value', [[5, 6]], 0, 5_000],
  ['with a wait: when it was there for so long', [[5, 6, 7, 8]], 2_000, 7_000],
  ['too short', [[5, 6]], 2_000, null],
  ['a gap begins the wait anew', [[5, 6, 9, 10, 11]], 2_000, 11_000],
  [
    'two series do not add up',
    [
      [5, 6],
      [7, 8],
    ],
    2_000,
    null,
  ],
  [
    'the earlier of two series',
    [
      [7, 8],
      [3, 4],
    ],
    1_000,
    4_000,
  ],
])('%s', (_, series, forMs, expected) => {
  expect(firstFiring(at(...series), { forMs, stepMs: 1_000 })).toBe(expected)
})
