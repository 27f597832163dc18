import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Measure, measureNames, measures, shopOf } from '../../../src/shop/measures.ts'
import { stackSpec } from '../../../src/shop/stack-spec.ts'

const docker = new URL('../../../docker/', import.meta.url)
const spec = stackSpec.parse({})
const all: [string, Measure][] = Object.entries(measures)

test('every rule file and overlay of a measure is there', () => {
  const missing = all.flatMap(([name, { rules = [], overlay }]) => [
    ...rules
      .filter((file) => !existsSync(new URL(`monitoring/rules/${file}`, docker)))
      .map((file) => `${name}: ${file}`),
    ...(overlay && !existsSync(new URL(`proxy/overlays/${overlay}`, docker)) ? [`${name}: ${overlay}`] : []),
  ])
  expect(missing).toEqual([])
})

test('a measure changes what is raised, or the code or a scenario asks for it', async () => {
  const root = new URL('../../../', import.meta.url)
  const paths = (await Promise.all(['src', 'scenarios'].map((folder) => sourcesIn(root, folder)))).flat()
  const texts = paths
    .filter((path) => !path.endsWith('/measures.ts'))
    .map((path) => readFile(new URL(path, root), 'utf8'))
  const text = (await Promise.all(texts)).join('\n')
  const idle = all.filter(([name, measure]) => Object.keys(measure).length === 1 && !text.includes(`'${name}'`))
  expect(idle.map(([name]) => name)).toEqual([])
})

async function sourcesIn(root: URL, folder: string): Promise<string[]> {
  const entries = await readdir(new URL(folder, root), { recursive: true })
  return entries.filter((path) => path.endsWith('.ts')).map((path) => `${folder}/${path}`)
}

test('rules of a measure are loaded with it and with it only', () => {
  expect(shopOf(spec, []).withoutRules).toContain('nginx.yml')
  expect(shopOf(spec, ['nginx-alerts']).withoutRules).not.toContain('nginx.yml')
  expect(shopOf(spec, measureNames).withoutRules).toEqual([])
})

test('the overlays of a scenario come before those of its measures', () => {
  const withOverlay = all.find(([, { overlay }]) => overlay !== undefined)
  const [name = '', { overlay = '' } = {}] = withOverlay ?? []
  const asked = stackSpec.parse({ overlays: ['sticky'] })
  expect(shopOf(asked, [name]).overlays).toEqual(['sticky', ...(overlay === '' ? [] : [overlay])])
})

test('only blue-green puts a switch in front', () => {
  expect(shopOf(spec, ['blue-green']).edge).toBe(true)
  expect(shopOf(spec, ['config-validation']).edge).toBe(false)
})

test('staging is there only when it is asked for, and parity overrules what the scenario says', () => {
  const small = stackSpec.parse({ staging: { web: 1, database: false } })
  expect(shopOf(small, []).staging).toBeUndefined()
  expect(shopOf(small, ['staging']).staging).toEqual({ web: 1, database: false })
  expect(shopOf(small, ['staging-parity']).staging).toEqual({ database: true })
  expect(shopOf(spec, ['staging']).staging).toEqual({ database: true })
})
