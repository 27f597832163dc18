import { expect, test } from 'vitest'
import { planOf } from '../../../src/run/index.ts'
import { builtInScenarios, findGroup } from '../../../src/scenario/index.ts'

const folder = new URL('../../../scenarios', import.meta.url).pathname
const group = await findGroup('escalation-guide', folder)
const scenarios = group?.scenarios ?? []

test('files that scenarios share are none', async () => {
  expect(scenarios).toHaveLength(16)
  const names = (await builtInScenarios(folder)).map(({ name }) => name)
  expect(names.filter((name) => name.startsWith('_'))).toEqual([])
})

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s asks about every step',
  (_, scenario) => {
    const plan = planOf(scenario, { variant: 'runbook' }).record
    const cells = plan.checks.filter(({ kind }) => kind === 'guide-step')
    expect(cells.map((cell) => cell['guide'])).toEqual([1, 2, 3, 4, 5, 6])
    const does = (key: string) => cells.map((cell) => plan.story[Number(cell[key])]?.does)
    expect(does('look')).toEqual(['look', 'look', undefined, 'look', 'look', 'look'])
    expect(does('remedy')).toEqual([undefined, undefined, 'remedy', 'remedy', 'remedy', 'remedy'])
    expect(cells.some((cell) => cell['finds'] === true)).toBe(true)
  },
)

test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
  '%s: the steps are taken in order until one cures, with its measure only that one',
  (_, scenario) => {
    const happened = planOf(scenario, { variant: 'as-it-happened' }).record
    const deeds = happened.story.flatMap(({ does, detail }) => (does === 'remedy' ? [detail.expect] : []))
    expect(deeds.indexOf('cures')).toBe(deeds.length - 1)
    const { story, measures } = planOf(scenario, { variant: 'with-measures' }).record
    expect(measures).toHaveLength(1)
    expect(story.filter(({ does }) => does === 'remedy')).toHaveLength(1)
  },
)
