import { expect, test } from 'vitest'
import { descriptionOf } from '../../../../src/shop/define.ts'
import { measureNames, shopOf } from '../../../../src/shop/measures.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import type { StackDescription } from '../../../../src/stack/description/description.ts'
import { contradictionsIn, expectSound } from '../../../../src/stack/description/sound.ts'
import { quarry } from '../../../support/quarry.ts'

const sound = quarry('')
const without = (name: string) => sound.services.filter((one) => one.name !== name)

test('the shop with any measures is sound, and so is another stack', () => {
  for (const measures of [[], measureNames]) {
    expect(contradictionsIn(descriptionOf(shopOf(stackSpec.parse({}), measures)))).toEqual([])
  }
  expect(contradictionsIn(sound)).toEqual([])
})

test.each<[string, Partial<StackDescription>, string[]]>([
  ['no proxy', { services: without('gate') }, ["proxy.service: there is no service 'gate'"]],
  ['a proxy that is a server', { proxy: { ...sound.proxy, service: 'granite' } }, ["'granite' has the role 'stone'"]],
  ['no agent', { services: without('agent') }, ["services: there is no service 'agent'"]],
  [
    'no such server',
    { services: without('basalt') },
    ["upstreams.stone.servers.1: there is no service 'basalt'", "services: 'gate' waits for 'basalt'"],
  ],
  ['a service twice', { services: [...sound.services, ...sound.services.slice(0, 1)] }, ["'gate' is there twice"]],
  [
    'services that wait for each other',
    {
      services: sound.services.map((one) =>
        one.name === 'granite'
          ? { ...one, after: ['basalt'] }
          : one.name === 'basalt'
            ? { ...one, after: ['granite'] }
            : one,
      ),
    },
    ["services: 'granite' waits for itself", "services: 'basalt' waits for itself"],
  ],
  ['nobody behind the proxy', { upstreams: {} }, ['upstreams: there is none']],
  [
    'a group called as something else is',
    { upstreams: { agent: { port: 1, health: '/', page: '/', servers: ['agent'] } } },
    ['upstreams.agent: the name has another meaning'],
  ],
  [
    'a group that its servers are not of',
    { upstreams: { wood: { port: 1, health: '/', page: '/', servers: ['granite', 'basalt'] } } },
    ["upstreams.wood.servers.0: 'granite' has the role 'stone'", 'upstreams.wood.servers.1'],
  ],
  [
    'no database',
    { database: { service: 'files', ask: [], figures: {} } },
    ["database.service: there is no service 'files'"],
  ],
])('%s is told with its path', (_, change, told) => {
  const found = contradictionsIn({ ...sound, ...change })
  expect(found).toEqual(told.map((line) => expect.stringContaining(line)))
  expect(() => expectSound({ ...sound, ...change })).toThrow(expect.objectContaining({ exitCode: 64 }))
})
