import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import misconfigured from '../../../scenarios/incidents/misconfigured-upstream.ts'
import { planRecord } from '../../../src/journal/index.ts'
import { loadSpec } from '../../../src/load/index.ts'
import { planOf, plansOf } from '../../../src/run/index.ts'
import { builtInScenarios, findScenario, type Scenario } from '../../../src/scenario/index.ts'
import { scenarioSchema } from '../../../src/scenario/schema.ts'
import { stackSpec } from '../../../src/shop/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const folder = new URL('../../../scenarios', import.meta.url).pathname
const scenario = await findScenario('misconfigured-upstream', folder)

const builtIn = await Promise.all((await builtInScenarios(folder)).map(({ name }) => findScenario(name, folder)))
const every = builtIn.flatMap((one) => Object.keys(one.variants).map((variant) => [one.name, variant, one] as const))

test.each(every)('the plan of %s, %s, is printed in the journal format, and reads back', (_name, variant, own) => {
  const { record, story, load, stack } = planOf(own, { variant })
  expect(planRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record)
  expect(loadSpec.parse(record.load)).toEqual(load)
  expect(stackSpec.parse(record.stack)).toEqual(stack)
  // The scenario's own schema takes what it gave: durations, defaults and all.
  for (const [index, { clock: at, detail, once, restMs: rest }] of record.story.entries()) {
    const step = scenarioSchema.shape.story.element.parse({
      at,
      ...detail,
      ...(once ? { once } : {}),
      ...(rest ? { rest } : {}),
    })
    expect(step).toMatchObject(detail)
    expect(story[index]).toMatchObject({ does: record.story[index]?.does, detail })
  }
})

test('clock times become ms at the scale that is asked for', () => {
  const plan = planOf(scenario, { variant: 'as-it-happened', incidentMinuteMs: 500 })
  const last = plan.story.at(-1)
  expect(last).toMatchObject({ clock: '16:08', dueMs: 49_000, does: 'recovered' })
  expect(plan.record.steadyMs).toBe(3_000)
})

test('every step asks its own question, beside those of the scenario', () => {
  const { story, checks } = planOf(scenario, { variant: 'as-it-happened' }).record
  const asked = checks.map((check) => check['step'])
  for (const step of story.filter((one) => one.does !== 'note')) expect(asked).toContain(step.step)
  expect(checks.map((check) => check.kind)).toContain('users-affected')
  expect(checks.find((check) => check.kind === 'alert-fires')).toMatchObject({ firesWithinMs: 15_000 })
})

test('questions about minutes are asked where a minute is as long as what happens in it, and not faster', () => {
  const minutely = ['on-time', 'outage-begins']
  const asked = (incidentMinuteMs: number) => {
    const { checks } = planOf(scenario, { variant: 'as-it-happened', incidentMinuteMs }).record
    return checks.map(({ kind }) => kind).filter((kind) => minutely.includes(kind))
  }
  expect([1_000, 3_000, 999].map(asked)).toEqual([minutely, minutely, []])
})

test('a question that names the scale from which it is asked is asked from there on', () => {
  const patient: Scenario = { ...scenario, checks: [{ kind: 'alerts-over', fromScaleMs: 1_000 }] }
  const asked = (incidentMinuteMs: number) => {
    const { checks } = planOf(patient, { variant: 'as-it-happened', incidentMinuteMs }).record
    return checks.filter(({ kind }) => kind === 'alerts-over').length
  }
  expect([999, 1_000].map(asked)).toEqual([0, 1])
})

test('what a remedy must say of itself is asked with its effect', () => {
  const { checks } = planOf(scenario, { variant: 'as-it-happened' }).record
  const [refused, ...others] = checks.filter(({ kind }) => kind === 'remedy-effect')
  expect(refused).toMatchObject({ expect: 'fails', says: 'keepalive.conf' })
  expect(others.every((check) => !('says' in check))).toBe(true)
})

test('the measures of a variant are on record', () => {
  const { measures } = planOf(scenario, { variant: 'with-measures' }).record
  expect(measures).toEqual(['staging-parity', 'config-validation', 'automated-rollback', 'blue-green', 'nginx-alerts'])
})

test.each([
  ['14:29', 'is earlier than what comes before'],
  ['16:09', 'is after the end'],
])('a step at %s %s, and is refused before anything starts', (at, words) => {
  const wrong: Scenario = { ...scenario, story: [...scenario.story, { at, note: 'late' }] }
  expect(() => planOf(wrong, { variant: 'as-it-happened' })).toThrow(words)
})

test('an unknown variant names those that there are', () => {
  expect(() => planOf(scenario, { variant: 'none' })).toThrow("has no variant 'none'")
})

test('a service that the shop does not have is refused before anything starts', () => {
  const story: Scenario['story'] = [{ at: '14:30', remedy: { kind: 'restart-service', service: 'prxy' } }]
  const wrong: Scenario = { ...scenario, story }
  expect(() => planOf(wrong, { variant: 'as-it-happened' })).toThrow("story.0.remedy.service: there is no 'prxy'")
})

test('two faults of one name are refused: what was seen of one would be taken for the other', () => {
  const fault = { kind: 'backend-offline' as const, how: 'port' as const, role: 'web' as const, servers: [1] }
  const twice = (as?: string): Scenario['story'] => [
    { at: '14:30', fault, as: 'backend-offline' },
    { at: '14:31', fault: { ...fault, servers: [2] }, ...(as === undefined ? {} : { as }) },
  ]
  const planned = (story: Scenario['story']) => planOf({ ...scenario, story }, { variant: 'as-it-happened' })
  expect(() => planned(twice())).toThrow("story.1.as: 'backend-offline' is the fault of story.0, too")
  expect(planned(twice('the second')).story).toHaveLength(2)
})

test.each([
  [{ users: { ratePerS: 100, users: 51 } }, 'story.0.fault: 51 users are more than load.users.pool, 50'],
  [{}, 'story.0.fault: it needs users, pressure, or both'],
])('a spike of %j is refused before anything starts', (spike, words) => {
  const fault = { kind: 'traffic-spike' as const, service: 'proxy', ...spike }
  const wrong: Scenario = { ...scenario, story: [{ at: '14:30', fault }] }
  expect(() => planOf(wrong, { variant: 'as-it-happened' })).toThrow(words)
})

test('every mistake of a story is told at once, with its path and what is there', () => {
  const offline = { kind: 'backend-offline' as const, how: 'container' as const, role: 'web' as const }
  const story: Scenario['story'] = [
    { at: '14:35', remedy: { kind: 'restart-service', service: 'prxy' } },
    { at: '14:31', fault: { ...offline, servers: [1, 7] }, as: 'twice' },
    { at: '14:36', fault: { ...offline, role: 'api', servers: [2, 2] }, as: 'twice' },
  ]
  const checks: Scenario['checks'] = [{ kind: 'look-finds', step: 7, finds: 'all well' }]
  const told = () => planOf({ ...scenario, story, checks }, { variant: 'as-it-happened' })
  for (const line of [
    `story.0.remedy.service: there is no 'prxy' (found "prxy")`,
    `story.1.fault.servers.1: there is no 'web-7' (found 7)`,
    `story.1.at: '14:31' is earlier than what comes before (found "14:31")`,
    'story.2.fault.servers.1: is named twice (found 2)',
    "story.2.as: 'twice' is the fault of story.1, too",
    'checks.0.step: the story has 3 steps (found 7)',
  ]) {
    expect(told).toThrow(line)
  }
  expect(told).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', exitCode: 64 }))
})

test('what the stack cannot do, or has no group for, is refused before anything starts', () => {
  const told = (fault: NonNullable<Scenario['story'][number]['fault']>) => () =>
    planOf({ ...scenario, story: [{ at: '14:30', fault }] }, { variant: 'as-it-happened' })
  const refused = (path: string) => expect.objectContaining({ exitCode: 64, message: expect.stringContaining(path) })
  const process = { kind: 'backend-offline', how: 'process', role: 'web' } as const
  expect(told(process)).toThrow(refused('story.0.fault: this stack has not: servers whose process can end'))
  const group = { kind: 'masked-timeout', role: 'wbe' } as const
  expect(told(group)).toThrow(refused("story.0.fault.role: there is no upstream group 'wbe': there are web, api"))
})

test.each<[Scenario['checks'][number], string]>([
  [{ kind: 'failed-requests', atLeast: 1, step: 99 }, 'checks.0.step: the story has'],
  [
    { kind: 'look-finds', step: 0, finds: 'x', probe: 'constructor' },
    "checks.0.finds: there is no probe 'constructor'",
  ],
  [
    { kind: 'crashes', services: ['api-1', 'api-9'], atMost: 0 },
    'checks.0.services: there is no \'api-9\' (found "api-9")',
  ],
  [
    { kind: 'measure-acted', measure: 'toString', action: 'passed' },
    'checks.0.measure: it is none of config-validation',
  ],
])('a check of what is not there is refused before anything starts: %j', (check, words) => {
  expect(() => planOf({ ...scenario, checks: [check] }, { variant: 'as-it-happened' })).toThrow(words)
})

test('the mistakes of all variants are told at once, with the file that they are in', async () => {
  const restart = (service: string) => [{ at: '14:31', remedy: { kind: 'restart-service', service } }]
  const text = stringify({
    ...misconfigured,
    story: restart('prxy'),
    checks: [],
    variants: {
      plain: { title: 'a' },
      own: { title: 'b', story: [...restart('webb'), { at: '14:30', note: 'early' }] },
      same: { title: 'c', end: '14:30' },
      control: { title: 'd', control: { without: 'nothing', of: 'plain' } },
      late: { title: 'e', end: '14:00' },
    },
  })
  const file = join(await temporaryFolder('plan'), 'mine.yaml')
  await writeFile(file, text)
  const mine = await findScenario(file, folder)
  const told = () => plansOf(mine, Object.keys(mine.variants))
  for (const line of [
    `${file}: story.0.remedy.service: there is no 'prxy' (found "prxy")`,
    `variants.own.story.0.remedy.service: there is no 'webb' (found "webb")`,
    `variants.own.story.1.at: '14:30' is earlier than what comes before (found "14:30")`,
    `story.0.at: '14:31' is after the end (found "14:31"), in same, late`,
    "variants.control.control: no remedy of variant 'plain' is called 'nothing'",
    'variants.late.end: is not later than clock.start',
  ]) {
    expect(told).toThrow(line)
  }
  expect(told).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', exitCode: 64 }))
})

test('servers that the story adds first may be named', () => {
  const story: Scenario['story'] = [
    { at: '14:31', remedy: { kind: 'scale-out', role: 'web', add: 1, service: 'proxy' } },
    { at: '14:32', fault: { kind: 'backend-offline', how: 'container', role: 'web', servers: [3] } },
  ]
  expect(planOf({ ...scenario, story, checks: [] }, { variant: 'as-it-happened' }).story).toHaveLength(2)
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is no variant', (variant) => {
  const unknown = expect.objectContaining({ code: 'SCENARIO_UNKNOWN', exitCode: 64 })
  expect(() => planOf(scenario, { variant })).toThrow(unknown)
})

test('a variant is asked for that is nearly there: it is named', () => {
  const near = expect.objectContaining({ hint: expect.stringContaining("Did you mean 'with-measures'?") })
  expect(() => planOf(scenario, { variant: 'with-mesures' })).toThrow(near)
})
