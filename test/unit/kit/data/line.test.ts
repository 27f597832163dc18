import { expect, test } from 'vitest'
import { lineOf } from '../../../../src/kit/data/line.ts'

const yaml = `# a comment
stack: { compose: [ compose.yaml ] }

expect:
  default: { failedAtMost: 5%,
    recoveredWithin: 15s }
  modes:
    refuse:
      # why
      failedAtMost: 0%
traffic:
  mix:
    - { path: / }
    - path: /orders
`

test.each([
  [['stack', 'compose'], 2],
  [['expect'], 4],
  [['expect', 'default', 'recoveredWithin'], 6],
  [['expect', 'modes', 'refuse', 'failedAtMost'], 10],
  [['traffic', 'mix', 1, 'path'], 14],
  [['expect', 'modes', 'stop'], undefined],
  [['expect', 'modes', 'refuse', 'failedAtMost', 'more'], undefined],
  [['traffic', 'mix', 7], undefined],
  [[], undefined],
])('%j stands on line %s', (path, line) => {
  expect(lineOf(yaml, path)).toBe(line)
})

test('JSON has lines too, and what is neither has none', () => {
  expect(lineOf('{\n  "cells": {\n    "refuse/api-1": {\n    }\n  }\n}', ['cells', 'refuse/api-1'])).toBe(3)
  expect(lineOf('', ['expect'])).toBeUndefined()
  expect(lineOf('{ [', ['expect'])).toBeUndefined()
})
