import { expect, test } from 'vitest'
import { measuredPieces, splitOf } from '../../../../src/kit/shards/split.ts'

const pieces = [
  { name: 'a', ms: 10 },
  { name: 'b', ms: 70 },
  { name: 'c', ms: 40 },
  { name: 'd', ms: 40 },
  { name: 'e', ms: 20 },
]

test('the longest comes first, each to the share that has least', () => {
  // b | c, d | then e beside b, and a beside what is the first of two of 80.
  expect(Object.fromEntries(splitOf(pieces, 2))).toEqual({ b: 1, c: 2, d: 2, e: 1, a: 2 })
})

test('the split is the same in whatever order pieces are given, and each falls to one share', () => {
  const split = splitOf(pieces, 3)
  expect([...splitOf(pieces.toReversed(), 3)].sort()).toEqual([...split].sort())
  expect([...split.keys()].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('there may be more shares than pieces', () => {
  expect([...splitOf([{ name: 'a', ms: 1 }], 3)]).toEqual([['a', 1]])
  expect([...splitOf([], 3)]).toEqual([])
})

test('what was not measured is as much longer than its plan as what was', () => {
  const planned = [
    { name: 'a', plannedMs: 4_000 },
    { name: 'b', plannedMs: 2_000 },
    { name: 'c', plannedMs: 6_000 },
  ]
  const times = new Map([
    ['a', 9_000],
    ['b', 9_000],
    ['gone', 1],
  ])
  expect(measuredPieces(planned, times).map(({ ms }) => ms)).toEqual([9_000, 9_000, 18_000])
  expect(measuredPieces(planned, new Map()).map(({ ms }) => ms)).toEqual([4_000, 2_000, 6_000])
})
