import { afterEach, beforeEach, expect, test } from 'vitest'
import { labelKeys } from '../../../src/engine/labels.ts'
import { findOurs, removeThings } from '../../../src/engine/ours.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

const labels = { [labelKeys.run]: 'aaaaaaaaaa' }
const network = 'badgateway-aaaaaaaaaa-internal'

let engine: FakeEngine
const removeAll = async () => await removeThings(engine.docker, await findOurs(engine.docker))

beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

test('containers are off their network, one after the other, before the first of them is removed', async () => {
  const names = ['web-1', 'web-2', 'proxy']
  for (const name of names) engine.addContainer(name, labels)
  engine.networks.set(network, { labels, endpoints: new Map(names.map((name) => [name, name])) })
  expect(await removeAll()).toMatchObject({ left: [] })
  const off = names.map(() => `POST /networks/${network}/disconnect`)
  expect(engine.changes.slice(0, 3)).toEqual(off)
  expect(engine.changes.slice(3).sort()).toEqual([
    ...names.map((name) => `DELETE /containers/${name}`).sort(),
    `DELETE /networks/${network}`,
  ])
})

test('an endpoint whose container is gone is taken away with the network', async () => {
  engine.networks.set(network, { labels, endpoints: new Map([['ep-4711', 'web-1']]) })
  expect(await removeAll()).toMatchObject({ removed: [{ name: network }], left: [] })
})

test('a container of somebody else is left on the network, and named', async () => {
  engine.addContainer('theirs', {})
  engine.networks.set(network, { labels, endpoints: new Map([['theirs', 'theirs']]) })
  const { left } = await removeAll()
  expect(left).toMatchObject([{ because: expect.stringContaining('used by theirs') }])
  expect(engine.networks.get(network)?.endpoints?.size).toBe(1)
})

test('an engine that has miscounted is named as what is wrong, with what helps', async () => {
  engine.networks.set(network, { labels, miscounted: 1 })
  const { left } = await removeAll()
  expect(left).toMatchObject([{ because: expect.stringMatching(/miscounted \(moby\/moby#42119\): start the engine/) }])
})

test('endpoints that cannot be taken away do not keep the rest from being removed', async () => {
  engine.addContainer('web-1', labels)
  engine.networks.set(network, { labels, endpoints: new Map([['web-1', 'web-1']]) })
  engine.disturb((call) => (/disconnect$/.test(call) ? { status: 500, message: 'no' } : undefined))
  expect(await removeAll()).toMatchObject({ left: [] })
})
