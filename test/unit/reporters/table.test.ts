import { expect, test } from 'vitest'
import { textTable } from '../../../src/reporters/terminal/table.ts'

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))
const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')

test('columns stand below each other, figures to the right, and no line ends in blanks', () => {
  const text = textTable(
    [
      ['none', '66.0 s', 'x'],
      ['config-validation', '0.0 s', ''],
    ],
    { heads: ['A', 'B', 'C'], right: [1] },
  )
  expect(text.split('\n')).toEqual([
    'A                       B  C',
    '────────────────────────────',
    'none               66.0 s  x',
    'config-validation   0.0 s',
  ])
})

test('what is too wide is wrapped between words, and never beyond a hundred columns', () => {
  for (const columns of [10, 40, 80, 100, 500, undefined]) {
    const text = textTable([[words(40), 'short', words(40)]], columns === undefined ? {} : { columns })
    expect(longest(text)).toBeLessThanOrEqual(Math.max(40, Math.min(columns ?? 100, 100)))
    for (const word of words(40).split(' ')) expect(text).toContain(word)
  }
})

test('a word that is longer than its column is broken, at a hyphen first, and nothing of it is lost', () => {
  const name = 'container-without-environment'
  const text = textTable([[name, 'x'.repeat(90)]], { columns: 60 })
  expect(longest(text)).toBeLessThanOrEqual(60)
  expect(text).toContain('container-')
  expect(text.replace(/\s/g, '').match(/x/g)).toHaveLength(90)
})

test('a figure stays with its unit', () => {
  const text = textTable(
    Array.from({ length: 2 }, () => ['finds 10.1 s', words(30)]),
    { columns: 40 },
  )
  expect(text).not.toMatch(/10\.1 *$/m)
  expect(text).toContain('10.1 s')
})

test('paint is put around the text, not around the blanks, and counts for nothing', () => {
  const painted = { text: 'no effect', paint: (line: string) => `<${line}>` }
  expect(
    textTable([
      [painted, 'x'],
      ['a longer text', 'y'],
    ]),
  ).toBe('<no effect>      x\na longer text  y')
})

test('line breaks of a cell stay, rules part rows, and a line may go over all columns', () => {
  const text = textTable([['a\nb', 'c'], ['d', 'e'], 'rule', { over: 'a line' }], { ruled: true })
  expect(text.split('\n')).toEqual(['a  c', 'b', '────', 'd  e', '────', 'a', 'line'])
})

test('wide characters take two columns', () => {
  expect(
    textTable([
      ['日本', 'x'],
      ['abcd', 'y'],
    ]),
  ).toBe('日本  x\nabcd  y')
})
