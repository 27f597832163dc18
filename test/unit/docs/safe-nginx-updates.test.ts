import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { builtInScenarios, findScenario } from '../../../src/scenario/index.ts'

const root = new URL('../../../', import.meta.url).pathname
const text = await readFile(`${root}docs/safe-nginx-updates.md`, 'utf8')
const folder = `${root}scenarios`
const proofs = [...text.matchAll(/`([a-z0-9-]+):([a-z0-9-]+)`/g)].map(([, scenario = '', variant = '']) => ({
  scenario,
  variant,
}))

test('every scenario and variant that it names is there', async () => {
  const known = (await builtInScenarios(folder)).map(({ name }) => name)
  expect(proofs.length).toBeGreaterThan(10)
  const scenarios = [...new Set(proofs.map(({ scenario }) => scenario))]
  expect(scenarios.filter((name) => !known.includes(name))).toEqual([])
  const variants = new Map(
    await Promise.all(
      scenarios.map(async (name) => [name, Object.keys((await findScenario(name, folder)).variants)] as const),
    ),
  )
  expect(proofs.filter(({ scenario, variant }) => !variants.get(scenario)?.includes(variant))).toEqual([])
})

test('every advice has a proof', () => {
  const advices = text.split(/^### /m).slice(1)
  expect(advices.length).toBeGreaterThan(8)
  const unproven = advices.filter((advice) => !/`[a-z0-9-]+:[a-z0-9-]+`/.test(advice.split(/^## /m)[0] ?? ''))
  expect(unproven.map((advice) => advice.split('\n')[0])).toEqual([])
})

test('every variant with a measure against a bad update is in it', async () => {
  const { variants } = await findScenario('misconfigured-upstream', folder)
  const named = proofs.filter(({ scenario }) => scenario === 'misconfigured-upstream').map(({ variant }) => variant)
  expect(Object.keys(variants).filter((name) => name !== 'with-measures' && !named.includes(name))).toEqual([])
})

test('every command that it tells is one', async () => {
  const { code, out } = await import('../../support/badgateway.ts').then(({ badgateway }) => badgateway(['--help']))
  expect(code).toBe(0)
  const told = [...text.matchAll(/badgateway ([a-z-]+)/g)].map(([, name = '']) => name)
  expect([...new Set(told)].filter((name) => !new RegExp(`^  ${name}\\b`, 'm').test(out))).toEqual([])
})
