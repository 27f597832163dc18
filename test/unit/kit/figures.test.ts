import { describe, expect, it, test } from 'vitest'
import { count, counted, mebibytes, percent, seconds } from '../../../src/kit/figures.ts'
import { shortened } from '../../../src/reporters/words/width.ts'

test('a text is cut to a width', () => {
  expect(shortened('abcdef', 4)).toBe('abc…')
  expect(shortened('abcd', 4)).toBe('abcd')
})

describe('figures', () => {
  it('never rounds something to nothing or nearly all to all', () => {
    expect([0, 0.0001, 0.123, 0.9999, 1].map(percent)).toEqual(['0 %', '< 0.1 %', '12.3 %', '> 99.9 %', '100 %'])
  })

  it('keeps seconds comparable', () => {
    expect([null, 0, 0.25, 2.44, 66, 700].map((value) => seconds(value))).toEqual([
      '–',
      '0 s',
      '250 ms',
      '2.4 s',
      '66.0 s',
      '11 min 40 s',
    ])
  })

  it('counts and weighs', () => {
    expect([count(1_234_567), counted(1, 'request'), counted(2, 'request')]).toEqual([
      '1,234,567',
      '1 request',
      '2 requests',
    ])
    expect([mebibytes(1_048_576), mebibytes(104_857_600)]).toEqual(['1.0 MiB', '100 MiB'])
  })
})
