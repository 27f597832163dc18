import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { headerForms, interposerDeed, interposerScope, points } from '../../../src/protocol/interposer.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/interposer.md'), 'utf8')
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
const rows = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
const names = (text = '') => [...text.matchAll(/`([\w-]+)`/g)].map(([, name]) => name)

test('every deed stands there, with its fields', () => {
  const deeds = interposerDeed.def.options.map(({ shape }) => {
    const { does, ...fields } = shape
    return [does.def.values[0], Object.keys(fields)]
  })
  const told = rows(section('What it can do')).map(([, deed, fields]) => [names(deed)[0], names(fields)])
  expect(told).toEqual(deeds)
})

test('every form, point and scope has its word', () => {
  const said = names(section('What it can do'))
  expect([...headerForms, ...points].filter((name) => !said.includes(name))).toEqual([])
  const scope = section('To which requests')
  expect(Object.keys(interposerScope.shape).filter((name) => !scope.includes(`\`${name}`))).toEqual([])
})

test('what Nginx makes of it is told of every deed', () => {
  const told = new Set(rows(section('What Nginx makes of it')).map(([, deed]) => names(deed)[0]))
  expect([...told]).toEqual(interposerDeed.def.options.map(({ shape }) => shape.does.def.values[0]))
})
