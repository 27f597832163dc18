import { expect, test } from 'vitest'
import { declarationOf } from '../../../src/suite/index.ts'

const cell = (mode: string, target: string) => ({ mode: { name: mode }, target: { name: target } })

test('a declaration says which modes apply to which targets, by the path of the file', () => {
  const text = declarationOf('shop/badgateway.yaml', [
    cell('refuse', 'api-1'),
    cell('refuse', 'api-2'),
    cell("a'", 'b'),
  ])
  expect(text).toContain("    'shop/badgateway.yaml': {\n      'refuse': 'api-1' | 'api-2'\n      'a\\'': 'b'\n    }\n")
  expect(text).toContain("import 'badgateway/resilience'")
})
