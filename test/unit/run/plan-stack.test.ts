import { expect, test } from 'vitest'
import type { PlannedStep } from '../../../src/journal/index.ts'
import { lackingFor, strangersIn } from '../../../src/run/plan-stack.ts'
import { descriptionOf } from '../../../src/shop/define.ts'
import { shopOf } from '../../../src/shop/measures.ts'
import { stackSpec } from '../../../src/shop/stack-spec.ts'
import type { StackDescription } from '../../../src/stack/description.ts'

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

const step = (does: PlannedStep['does'], spec: object): PlannedStep =>
  ({ step: 3, clock: '14:30', dueMs: 0, does, title: 't', detail: { [does]: spec } }) as PlannedStep

test.each<[object, StackDescription, string[]]>([
  [{ kind: 'masked-timeout', role: 'wbe' }, shop, ["story.3.fault.role: there is no upstream group 'wbe'"]],
  [{ kind: 'cpu-burn', roles: ['web', 'ap'] }, shop, ["story.3.fault.roles.1: there is no upstream group 'ap'"]],
  [{ kind: 'wrong-upstream', upstreams: ['constructor'] }, shop, ['story.3.fault.upstreams.0: there is no upstream']],
  [{ kind: 'wrong-upstream', upstreams: ['web', 'api'] }, shop, []],
  [{ kind: 'deploy-release', role: 'web', release: '9.9' }, shop, ["story.3.fault.release: there is no release '9.9'"]],
  [{ kind: 'packet-filter', role: 'web', servers: [1, 3] }, shop, ["story.3.fault.servers.1: there is no 'web-3'"]],
  [{ kind: 'packet-filter', role: 'stone', servers: [1] }, quarry, []],
  [{ kind: 'packet-filter', role: 'stone', servers: [2] }, quarry, ["story.3.fault.servers.0: there is no 'stone-2'"]],
  [{ kind: 'wrong-upstream', upstreams: ['stone'], service: 'proxy' }, quarry, ['story.3.fault.service: there is no']],
])('%j names what is there, or is told with its path', (spec, description, told) => {
  const found = strangersIn(step('fault', spec), description, false).map(({ path, what }) => `${path}: ${what}`)
  expect(found).toEqual(told.map((line) => expect.stringContaining(line)))
})

test.each<[PlannedStep['does'], object, StackDescription, string[]]>([
  ['fault', { kind: 'backend-offline', how: 'container', role: 'stone' }, quarry, []],
  ['fault', { kind: 'backend-offline', how: 'process', role: 'web' }, shop, ['stack.supervised']],
  ['fault', { kind: 'backend-offline', how: 'port', role: 'stone' }, quarry, ['servers that can be told to misbehave']],
  ['fault', { kind: 'wrong-upstream', upstreams: ['stone'] }, quarry, []],
  ['fault', { kind: 'traffic-spike' }, quarry, ['a proxy that tells its release and its counters']],
  ['remedy', { kind: 'scale-out', role: 'stone' }, quarry, ['services that may join', 'releases of its servers']],
  ['look', { kind: 'database-healthy' }, quarry, ['a database']],
  ['look', { kind: 'database-healthy' }, shop, []],
  ['alert', {}, quarry, ['monitoring']],
  ['alert', {}, shop, []],
  ['note', {}, quarry, []],
])('a %s of %j is refused where the stack lacks what it needs', (does, spec, description, words) => {
  const found = lackingFor(step(does, spec), description)
  expect(found.map(({ path }) => path)).toEqual(words.length > 0 ? [`story.3.${does}`] : [])
  for (const word of words) expect(found[0]?.what).toContain(word)
})

test('an event that only monitoring tells is none where there is no monitoring', () => {
  const waits = (once: object) => ({ ...step('note', {}), once }) as PlannedStep
  const told = (once: object, description: StackDescription) => lackingFor(waits(once), description)
  expect(told({ alert: 'Down', state: 'firing' }, quarry)).toMatchObject([{ path: 'story.3.once.alert' }])
  expect(told({ metric: { query: 'up', above: 0 } }, quarry)).toMatchObject([{ path: 'story.3.once.metric' }])
  expect([...told({ requests: 5 }, quarry), ...told({ alert: 'Down', state: 'firing' }, shop)]).toEqual([])
})
