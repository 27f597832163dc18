import { expect, test } from 'vitest'
import { clockText, minuteOf, minutesBetween } from '../../../src/kit/clock-time.ts'

test('a clock time in minutes after midnight, and none where it is no clock time', () => {
  expect([minuteOf('00:00'), minuteOf('14:30'), minuteOf('23:59')]).toEqual([0, 870, 1_439])
  expect(['24:00', '9:30', '14:60', '14:30:00', ''].map(minuteOf)).toEqual(Array(5).fill(Number.NaN))
  expect(minutesBetween('14:30', '16:05')).toBe(95)
  expect(minutesBetween('14:30', 'noon')).toBeNaN()
})

test('minutes after midnight as a clock time: it goes round', () => {
  expect([0, 1_441, -1, 870.9].map(clockText)).toEqual(['00:00', '00:01', '23:59', '14:30'])
})
