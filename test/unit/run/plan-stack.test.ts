import { expect, test } from 'vitest'
import { lackingFor, strangersIn } from '../../../src/run/plan-stack.ts'
import { type StoryStep, storyStep } from '../../../src/run/story-step.ts'
import { scenarioSchema } from '../../../src/scenario/schema.ts'
import { descriptionOf } from '../../../src/shop/define.ts'
import { shopOf } from '../../../src/shop/measures.ts'
import { stackSpec } from '../../../src/shop/stack-spec.ts'
import type { StackDescription } from '../../../src/stack/description/description.ts'

const shop = descriptionOf(shopOf(stackSpec.parse({}), []))
const { database: _database, monitoring: _monitoring, ...lonely } = { ...shop, can: {} }

/** Named otherwise than a number behind the group. */
const quarry: StackDescription = {
  ...lonely,
  services: [
    { ...shop.services[0], name: 'gate' },
    { ...shop.services[0], name: 'granite' },
  ] as never,
  proxy: { ...shop.proxy, service: 'gate' },
  upstreams: { stone: { servers: ['granite'], port: 9_000, health: '/alive', page: '/map' } },
}

const step = (does: StoryStep['does'], spec: object): StoryStep => {
  const timed = scenarioSchema.shape.story.element.parse({
    at: '14:30',
    [does]: does === 'note' || does === 'alert' ? 'Named' : spec,
  })
  return storyStep({ ...timed, at: '14:30', isUntimed: false }, 3, { start: '14:30', incidentMinuteMs: 1_000 })
}

test.each<[object, StackDescription, string[]]>([
  [{ kind: 'masked-timeout', role: 'wbe' }, shop, ["fault.role: there is no upstream group 'wbe'"]],
  [{ kind: 'cpu-burn', roles: ['web', 'ap'] }, shop, ["fault.roles.1: there is no upstream group 'ap'"]],
  [{ kind: 'wrong-upstream', upstreams: ['constructor'] }, shop, ['fault.upstreams.0: there is no upstream']],
  [{ kind: 'wrong-upstream', upstreams: ['web', 'api'] }, shop, []],
  [{ kind: 'deploy-release', role: 'web', release: '9.9' }, shop, ["fault.release: there is no release '9.9'"]],
  [
    { kind: 'packet-filter', how: 'drop', role: 'web', servers: [1, 3] },
    shop,
    ["fault.servers.1: there is no 'web-3'"],
  ],
  [{ kind: 'packet-filter', how: 'drop', role: 'stone', servers: [1] }, quarry, []],
  [
    { kind: 'packet-filter', how: 'drop', role: 'stone', servers: [2] },
    quarry,
    ["fault.servers.0: there is no 'stone-2'"],
  ],
  [{ kind: 'wrong-upstream', upstreams: ['stone'], service: 'proxy' }, quarry, ['fault.service: there is no']],
])('%j names what is there, or is told with its path', (spec, description, told) => {
  const found = strangersIn(step('fault', spec), description, false).map(({ path, what }) => `${path}: ${what}`)
  expect(found).toEqual(told.map((line) => expect.stringContaining(line)))
})

test.each<[StoryStep['does'], object, StackDescription, string[]]>([
  ['fault', { kind: 'backend-offline', how: 'container', role: 'stone' }, quarry, []],
  ['fault', { kind: 'backend-offline', how: 'process', role: 'web' }, shop, ['stack.supervised']],
  ['fault', { kind: 'backend-offline', how: 'port', role: 'stone' }, quarry, ['servers that can be told to misbehave']],
  ['fault', { kind: 'wrong-upstream', upstreams: ['stone'] }, quarry, []],
  [
    'fault',
    { kind: 'traffic-spike', users: { ratePerS: 9 } },
    quarry,
    ['a proxy that tells its release and its counters'],
  ],
  [
    'remedy',
    { kind: 'scale-out', role: 'stone', add: 1 },
    quarry,
    ['services that may join', 'releases of its servers'],
  ],
  ['look', { kind: 'database-healthy' }, quarry, ['a database']],
  ['look', { kind: 'database-healthy' }, shop, []],
  ['alert', {}, quarry, ['monitoring']],
  ['alert', {}, shop, []],
  ['note', {}, quarry, []],
])('a %s of %j is refused where the stack lacks what it needs', (does, spec, description, words) => {
  const found = lackingFor(step(does, spec), description)
  expect(found.map(({ path }) => path)).toEqual(words.length > 0 ? [does] : [])
  for (const word of words) expect(found[0]?.what).toContain(word)
})

test('an event that only monitoring tells is none where there is no monitoring', () => {
  const waits = (once: object) => ({ ...step('note', {}), once }) as StoryStep
  const told = (once: object, description: StackDescription) => lackingFor(waits(once), description)
  expect(told({ alert: 'Down', state: 'firing' }, quarry)).toMatchObject([{ path: 'once.alert' }])
  expect(told({ metric: { query: 'up', above: 0 } }, quarry)).toMatchObject([{ path: 'once.metric' }])
  expect([...told({ requests: 5 }, quarry), ...told({ alert: 'Down', state: 'firing' }, shop)]).toEqual([])
})
