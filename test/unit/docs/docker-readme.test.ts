import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { imageNames, rareImageNames } from '../../../src/images/names.ts'

const folder = new URL('../../../docker/', import.meta.url).pathname
const readme = await readFile(join(folder, 'README.md'), 'utf8')
const told = [...readme.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([\w-]+)`/g)])
const names = new Set(told.map(([, name = '']) => name))
const untold = (wanted: readonly string[]) => wanted.filter((name) => !names.has(name))

interface RuleFile {
  groups: { rules: { alert: string }[] }[]
}

async function alertsOf(file: string): Promise<string[]> {
  const { groups } = parse(await readFile(join(folder, 'monitoring', file), 'utf8')) as RuleFile
  return groups.flatMap(({ rules }) => rules.map(({ alert }) => alert))
}

test('every image has its line', () => {
  expect(untold([...imageNames, ...rareImageNames])).toEqual([])
})

test('every overlay of the proxy has its line', async () => {
  const overlays = await readdir(join(folder, 'proxy/overlays'))
  expect(overlays.length).toBeGreaterThan(5)
  expect(untold(overlays)).toEqual([])
})

test('every alert has its line', async () => {
  const files = (await readdir(join(folder, 'monitoring/rules'))).map((name) => join('rules', name))
  const alerts = (await Promise.all([...files, 'watchdog.yml'].map(alertsOf))).flat()
  expect(alerts).toContain('Watchdog')
  expect(untold(alerts)).toEqual([])
})

test('every behaviour of the backends has its line', async () => {
  const files = await readdir(join(folder, 'backend/behaviours'))
  expect(untold(files.map((file) => file.replace('.ts', '')).filter((name) => name !== 'index'))).toEqual([])
})
