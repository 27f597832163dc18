import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareWorlds, takeSnapshot } from '../../../src/engine/world.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

const id = 'a'.repeat(64)
const labels = { badgateway: 'r1' }

test('a run that left nothing is no difference, whatever others did meanwhile', async () => {
  engine.addContainer('1'.repeat(64), {})
  const before = await takeSnapshot(engine.docker)
  engine.containers.clear()
  engine.addContainer('2'.repeat(64), { other: 'label' }, 'paused')
  engine.networks.set('3'.repeat(64), { labels: {} })
  engine.addContainer('4'.repeat(64), { badgateway: 'r2' })
  expect(compareWorlds(before, await takeSnapshot(engine.docker), 'r1')).toEqual([])
})

test('each container, network and volume that is left is named', async () => {
  const before = await takeSnapshot(engine.docker)
  engine.addContainer(id, labels, 'paused')
  engine.networks.set('edge', { labels })
  engine.volumes.set('logs', { labels })
  const after = await takeSnapshot(engine.docker, 'r1')
  expect(compareWorlds(before, after, 'r1')).toEqual([
    `container ${id} is left, paused`,
    'network edge is left',
    'volume logs is left',
  ])
})

test('without a run, what wears our label and is new is a difference', async () => {
  engine.addContainer(id, labels)
  const before = await takeSnapshot(engine.docker)
  expect(compareWorlds(before, await takeSnapshot(engine.docker))).toEqual([])
  engine.networks.set('edge', { labels: { badgateway: 'r2' } })
  expect(compareWorlds(before, await takeSnapshot(engine.docker))).toEqual(['network edge is left'])
})

test('another engine proves nothing', async () => {
  const before = await takeSnapshot(engine.docker)
  const after = { ...before, engineId: 'another' }
  expect(compareWorlds(before, after, 'r1')).toEqual(['another engine answers: another, not fake'])
})
