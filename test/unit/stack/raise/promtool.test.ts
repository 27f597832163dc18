import { expect, test } from 'vitest'
import { wordsOf } from '../../../../src/stack/raise/promtool.ts'

const files = [{ name: 'b--edge.yaml.yml', source: 'b/edge.yaml', text: '' }]

test('what promtool says of a file is told by the name that the file has for its owner', () => {
  const said = [
    'Checking /tmp/rules/b--edge.yaml.yml',
    '  FAILED:',
    '/tmp/rules/b--edge.yaml.yml: 4:9: group "edge", rule 1, "Down": could not parse expression: 1:4: parse error',
    '',
  ]
  expect(wordsOf(said, files)).toBe(
    'b/edge.yaml: 4:9: group "edge", rule 1, "Down": could not parse expression: 1:4: parse error',
  )
})

test('a thousand mistakes are not told one by one', () => {
  const said = Array.from({ length: 1_000 }, (_, index) => `/tmp/rules/b--edge.yaml.yml: mistake ${index}`)
  const lines = wordsOf(said, files).split('\n')
  expect([lines.length, lines.at(-1)?.trim()]).toEqual([21, '… and 980 lines more'])
  expect(wordsOf(['SUCCESS'], files)).toBe('it does not say why')
})
