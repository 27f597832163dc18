import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { factsOf, readRecord } from '../../src/journal/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { connectEngine } from '../../src/stack/engine.ts'
import { badgateway, type Ended, freshFolder, leftOvers, readJson, runFolder, runIdOf } from '../support/badgateway.ts'

const variant = 'as-it-happened'
const group = await findGroup('incidents', new URL('../../scenarios', import.meta.url).pathname)
const scenarios = (group?.scenarios ?? []).map(({ name }) => name)

let ended: Ended
let folder: string

beforeAll(async () => {
  const out = await freshFolder()
  const argv = ['run', 'incidents', '--disarm', '--variant', variant, '--time-scale', '300ms', '--quiet', '--out', out]
  ended = await badgateway(argv)
  folder = runFolder(out, 'incidents')
}, 420_000)

test('all incidents, and each cause of the guide, are no experiment when nothing is injected', () => {
  expect(scenarios).toHaveLength(20)
  expect(ended.code, ended.err).toBe(2)
})

test.each(scenarios)('%s: inconclusive, because nobody saw its fault, and clean', async (scenario) => {
  const place = join(folder, scenario, variant)
  const { status, clean, findings } = readJson<Verdict>(place, 'verdict.json')
  expect({ status, clean }).toEqual({ status: 'inconclusive', clean: true })
  const unseen = findings.filter(({ check }) => check === 'fault-witnessed').map(({ because }) => because)
  expect(unseen.join()).toContain('not there at its start')
  expect(await leftOvers(runIdOf(place))).toEqual([])
})

test('those that want the same stack shared one, and nothing of it is left', async () => {
  const records = await Promise.all(scenarios.map((scenario) => readRecord(join(folder, scenario, variant))))
  const ready = records.flatMap(({ facts }) => factsOf(facts, 'stack-ready'))
  expect(ready).toHaveLength(scenarios.length)
  expect(ready.filter(({ used }) => used).length).toBeGreaterThan(8)
  const { docker } = await connectEngine(process.env)
  const ours = new Set(ready.flatMap(({ services }) => services.map(({ container }) => container)))
  const left = (await docker.listContainers({ all: true })).filter(({ Id }) => ours.has(Id))
  expect(left.map(({ Names }) => Names)).toEqual([])
})
