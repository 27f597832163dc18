import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fieldTable, templateRule } from '../../../src/project/index.ts'

const text = readFileSync(join(import.meta.dirname, '../../../docs/bring-your-own-stack.md'), 'utf8')

it('is what docs/bring-your-own-stack.md prints', () => {
  expect(text).toContain(fieldTable())
})

it('docs/bring-your-own-stack.md says what becomes of the paths of a log', () => {
  const plain = (given: string) => given.replaceAll(/\n(> )?/g, ' ')
  expect(plain(text)).toContain(plain(templateRule))
})

it('says of each field what it is', () => {
  const rows = fieldTable().split('\n').slice(2)
  expect(rows.length).toBeGreaterThan(30)
  expect(rows.filter((row) => /\| {0,2}\|$/.test(row))).toEqual([])
})
