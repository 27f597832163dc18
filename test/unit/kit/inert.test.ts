import { describe, expect, it } from 'vitest'
import { inert, inertJson, inertLines } from '../../../src/kit/inert.ts'
import { acting, allHostile, commanding, esc, hostileTexts } from '../reporters/hostile.ts'

describe('captured text on a line', () => {
  it('shows what hides', () => {
    expect(inert('a\u001b[31m\r\nb\tc\u0000')).toBe('a\\x1b[31m\\r\\nb c\\x00')
    expect(inert('x\u202ey\u200bz\ufeff\u2028\ud800\ufffe')).toBe('x\\u202ey\\u200bz\\ufeff\\u2028\\ud800\\ufffe')
    expect(inert('tag \u{e0041} c1 \u009b')).toBe('tag \\u{e0041} c1 \\x9b')
  })

  it('leaves words of any language, addresses and one sign alone', () => {
    for (const text of ['Größe 日本語 🙂 ✓ …', '[::]:80 a::b', '# one', 'a:b', 'C# x', ''])
      expect(inert(text)).toBe(text)
  })

  it('says what it leaves out', () => {
    expect(inert('x'.repeat(5_000), 10)).toBe(`${'x'.repeat(10)}… (truncated, 5,000 characters)`)
  })

  it('is no command, whatever line a table makes of its words', () => {
    for (const text of [
      '::error::x',
      '  ::x',
      'said ::stop-commands::t',
      '##[group]',
      '## x',
      'a##vso[t]',
      'a ##[x]',
    ]) {
      for (const word of [inert(text), ...inert(text).split(' ')]) expect(word).not.toMatch(/^\s*(::|##)|##\w*\[/)
    }
  })

  it.each([...hostileTexts, allHostile])('is inert, and so the second time: %j', (text) => {
    expect(inert(text)).not.toMatch(acting)
    expect(inert(text)).not.toMatch(commanding)
    expect(inert(inert(text, 99_999), 99_999)).toBe(inert(text, 99_999))
  })
})

describe('the net below all that leaves', () => {
  it('keeps lines, and leaves nothing in them that acts', () => {
    const text = `one\r\n ::error::two\n##vso[x]three\n${esc}[31mred\rover\u009b1m\u202e`
    expect(inertLines(text)).toBe('one\n \\x3a:error::two\n\\x23#vso[x]three\n\\x1b[31mred\\x0dover\\x9b1m\\u202e')
    expect(inertLines(allHostile)).not.toMatch(acting)
  })

  it('lets a terminal have colours and a live line, and no more', () => {
    const live = `${esc}[2K${esc}[1A${esc}[G${esc}[31mred${esc}[39m${esc}[?25l`
    expect(inertLines(live, { controls: true })).toBe(live)
    expect(inertLines(`${esc}]52;c;x\u0007${esc}c${esc}P`, { controls: true })).not.toMatch(acting)
    expect(inertLines(live)).not.toMatch(acting)
  })

  it('keeps what Markdown is made with', () => {
    expect(inertLines('@\u200bx\u202e', { own: '\u200b' })).toBe('@\u200bx\\u202e')
  })
})

it('JSON reads back as it was, and hides nothing', () => {
  for (const value of [{ [allHostile]: [...hostileTexts] }, null, 'a\ud83d\ude42\u{e0041}', [1, 'x\u007f']]) {
    for (const space of [0, 2]) {
      expect(JSON.parse(inertJson(value, space))).toEqual(value)
      expect(inertJson(value, space)).not.toMatch(acting)
      expect(inertJson(value, space)).not.toMatch(commanding)
    }
  }
  expect(inertJson(undefined)).toBe('null')
})
