import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lintDocs } from '../../../../src/nginx/index.ts'

test('docs/lint.md is what the rules say today', () => {
  expect(readFileSync(join(import.meta.dirname, '../../../../docs/lint.md'), 'utf8')).toBe(lintDocs())
})
