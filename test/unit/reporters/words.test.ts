import { describe, expect, it } from 'vitest'
import { count, counted, mebibytes, percent, seconds } from '../../../src/reporters/words/figures.ts'
import { shortened, visible } from '../../../src/reporters/words/visible.ts'

describe('captured text', () => {
  it('shows what hides', () => {
    expect(visible('a\u001b[31m\r\nb\tc\u0000')).toBe('a\\x1b[31m\\r\\nb c\\x00')
    expect(visible('x\u202ey\u200bz\ufeff\u2028\ud800\ufffe')).toBe('x\\u202ey\\u200bz\\ufeff\\u2028\\ud800\\ufffe')
    expect(visible('tag \u{e0041}')).toBe('tag \\u{e0041}')
  })

  it('leaves words of any language alone', () => {
    expect(visible('Größe 日本語 🙂 ✓ …')).toBe('Größe 日本語 🙂 ✓ …')
  })

  it('says what it leaves out', () => {
    expect(visible('x'.repeat(5_000), 10)).toBe(`${'x'.repeat(10)}… (truncated, 5,000 characters)`)
    expect(shortened('abcdef', 4)).toBe('abc…')
    expect(shortened('abcd', 4)).toBe('abcd')
  })
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
