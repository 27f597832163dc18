import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { checks, gates } from '../../../src/checks/index.ts'

const page = await readFile(new URL('../../../docs/whose-time.md', import.meta.url), 'utf8')

test('the table of whose time each check measures is what the checks say', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const own = checks.map(({ kind, time, less = '–' }) => {
    return `| \`${kind}\` | ${time === 'none' ? '–' : `the ${time}'s`} | ${less} |`
  })
  expect(rows).toEqual(own)
})

test('gates are about the harness', () => {
  expect(new Set(gates.map(({ time }) => time))).toEqual(new Set(['harness']))
})
