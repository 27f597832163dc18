import { expect, test } from 'vitest'
import { comparedPath } from '../../../../src/nginx/sites/path.ts'

test.each([
  ['/a?b=/c', '/a'],
  ['/a#b', '/a'],
  ['//a///b/', '/a/b/'],
  ['/a/./b/../c', '/a/c'],
  ['/a/..', '/'],
  ['/a/.', '/a/'],
  ['/%61%2Fb%3F', '/a/b?'],
  ['/%C3%BC/ü', '/ü/ü'],
  ['/..', undefined],
  ['/a/../../b', undefined],
  ['/%zz', undefined],
  ['/%00', undefined],
  ['a', undefined],
])('%s is compared as %s', (asked, wanted) => {
  expect(comparedPath(asked, true)).toBe(wanted)
})

test('strokes stay where Nginx is told so', () => {
  expect(comparedPath('//a//b', false)).toBe('//a//b')
})
