// @group full 180s
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Status, Verdict } from '../../src/checks/index.ts'
import { connectEngine } from '../../src/engine/engine.ts'
import { factsOf, readRecord } from '../../src/journal/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { badgateway, type Ended, isFile, readJson, runFolder } from '../support/badgateway.ts'
import { expectNoExperiment } from '../support/disarmed.ts'
import { freshFolder } from '../support/folder.ts'

const variant = 'as-it-happened'
/** A measure that stops the fault proves nothing either when there is none. */
const stopped = 'config-validation'
const measured = 'misconfigured-upstream'
const group = await findGroup('incidents', new URL('../../scenarios', import.meta.url).pathname)
const scenarios = (group?.scenarios ?? []).map(({ name }) => name)
const runs = [...scenarios.map((scenario) => [scenario, variant] as const), [measured, stopped] as const]

interface Overview {
  group: string
  status: Status
  incidents: Record<string, { status: Status; variants: Record<string, Verdict> }>
  notRun: string[]
}

let ended: Ended
let folder: string

beforeAll(async () => {
  const out = await freshFolder()
  const which = [variant, stopped].flatMap((name) => ['--variant', name])
  ended = await badgateway(['run', 'incidents', '--disarm', ...which, '--time-scale', '300ms', '--quiet', '--out', out])
  folder = runFolder(out, 'incidents')
}, 3_600_000)

test('all incidents, and each cause of the guide, are no experiment when nothing is injected', () => {
  expect(scenarios.length).toBeGreaterThan(4)
  expect(ended.code, ended.err).toBe(2)
})

test.each(runs)('%s, %s: inconclusive, because nobody saw its fault, and clean', async (scenario, name) => {
  await expectNoExperiment(join(folder, scenario, name))
})

test('those that want the same stack shared one, and nothing of it is left', async () => {
  const records = await Promise.all(runs.map(([scenario, name]) => readRecord(join(folder, scenario, name))))
  const ready = records.flatMap(({ facts }) => factsOf(facts, 'stack-ready'))
  expect(ready).toHaveLength(runs.length)
  expect(ready.filter(({ used }) => used).length).toBeGreaterThan(scenarios.length / 2 - 1)
  const { docker } = await connectEngine(process.env)
  const ours = new Set(ready.flatMap(({ services }) => services.map(({ container }) => container)))
  const left = (await docker.listContainers({ all: true })).filter(({ Id }) => ours.has(Id))
  expect(left.map(({ Names }) => Names)).toEqual([])
})

test('a group has a folder for each of its scenarios, and one overview over all', () => {
  const overview = readJson<Overview>(folder, 'verdict.json')
  expect(overview).toMatchObject({ group: 'incidents', status: 'inconclusive', notRun: [] })
  expect(overview.incidents[measured]?.variants[stopped]).toMatchObject({ status: 'inconclusive', clean: true })
  const files = ['incidents.md', 'junit.xml', 'report.html', 'verdict.json', `${measured}/${variant}/journal.jsonl`]
  expect(files.filter((file) => !isFile(folder, file))).toEqual([])
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(`./${measured}/report.html`)
  expect(ended.out.match(/^Report:/gm)).toHaveLength(1)
})

test('its overview can be made again from the journals', async () => {
  const before = readFileSync(join(folder, 'report.html'), 'utf8')
  expect((await badgateway(['judge', folder])).code).toBe(2)
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(before)
})
