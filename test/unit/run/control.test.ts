import { expect, test } from 'vitest'
import { planOf } from '../../../src/run/index.ts'
import { findScenario, type Scenario, type Variant } from '../../../src/scenario/index.ts'

const folder = new URL('../../../scenarios', import.meta.url).pathname
const scenario = await findScenario('misconfigured-upstream', folder)
const restart = 'the restart of Nginx'

function withControl(control: Variant['control'], change: Partial<Variant> = {}): Scenario {
  const { checks: _, ...variant } = scenario.variants['without-the-restart'] ?? { title: '', measures: [], stack: {} }
  return { ...scenario, variants: { ...scenario.variants, mine: { ...variant, control, ...change } } }
}
const planned = (of: Scenario) => planOf(of, { variant: 'mine' }).record

test('a control is the story of its variant without one remedy, asked whether the outage is still there', () => {
  const base = planOf(scenario, { variant: 'nginx-alerts' }).record
  const plan = planned(withControl({ of: 'nginx-alerts', without: restart }))
  const titles = base.story.map(({ title }) => title)
  expect(plan.story.map(({ title }) => title)).toEqual([
    ...titles.slice(0, -2),
    `Without ${restart}: is the outage still there?`,
  ])
  expect(plan).toMatchObject({ measures: base.measures, clockEnd: base.clockEnd, stack: base.stack })
  expect(plan.control).toEqual({ without: restart, of: 'nginx-alerts' })
  const last = plan.story.at(-1)
  expect(last).toMatchObject({ does: 'note', clock: base.clockEnd })
  expect(plan.checks.at(-1)).toEqual({ kind: 'outage-stays', step: last?.step, without: restart, stays: true })
  const kinds = plan.checks.map(({ kind }) => kind)
  for (const kind of ['recovered', 'alert-resolves', 'no-relapse']) expect(kinds).not.toContain(kind)
})

test('without a variant it is the story of the scenario, and may end earlier', () => {
  const plan = planned(withControl({ without: 'the rollback' }, { end: '15:25' }))
  expect(plan.control?.of).toBe('as-it-happened')
  expect(plan.story.at(-1)).toMatchObject({ clock: '15:25', does: 'note' })
  expect(plan.story.map(({ detail }) => ('as' in detail ? detail.as : undefined))).not.toContain('the rollback')
})

test('what would end the outage all the same is left out too; what is expected to change nothing stays', () => {
  const { story } = planned(withControl({ without: 'the correction by hand' }))
  expect(story.flatMap(({ does, detail }) => (does === 'remedy' ? [detail.as] : []))).toEqual(['the rollback'])
})

test('a remedy that is expected not to be needed is left out to see the outage end', () => {
  const story = scenario.story.map((step) =>
    step.as === restart ? { ...step, expect: 'heals by itself' as const } : step,
  )
  const plan = planned({ ...withControl({ without: restart }), story })
  expect(plan.checks.at(-1)).toMatchObject({ kind: 'outage-stays', stays: false })
})

test.each<[string, Scenario]>([
  ["no remedy of variant 'as-it-happened' is called 'the prayer'", withControl({ without: 'the prayer' })],
  ["there is no variant 'none'", withControl({ of: 'none', without: restart })],
  ["there is no variant 'without-the-restart' with", withControl({ of: 'without-the-restart', without: restart })],
  ['it ends before the remedy is due', withControl({ without: restart }, { end: '15:40' })],
  ['a story, measures or a stack of its own', withControl({ without: restart }, { measures: ['blue-green'] })],
  ['a story, measures or a stack of its own', withControl({ without: restart }, { story: scenario.story })],
])('is refused before anything starts: %s', (words, wrong) => {
  expect(() => planned(wrong)).toThrow(words)
})
