import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Status, Verdict } from '../../src/checks/index.ts'
import {
  badgateway,
  type Ended,
  freshFolder,
  isFile,
  leftOvers,
  openOf,
  readJson,
  runFolder,
} from '../support/badgateway.ts'

const scenario = 'misconfigured-upstream'

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
  // Only scenarios that have this variant are run, which keeps it short.
  const argv = ['run', 'incidents', '--variant', 'blue-green', '--time-scale', '300ms', '--quiet', '--out', out]
  ended = await badgateway(argv)
  folder = runFolder(out, 'incidents')
}, 180_000)

test('a group runs its scenarios in folders of their own, and leaves one overview and nothing else', async () => {
  const overview = readJson<Overview>(folder, 'verdict.json')
  const verdicts = Object.values(overview.incidents).flatMap(({ variants }) => Object.values(variants))
  expect(openOf(ended, verdicts)).toEqual([])
  expect(overview).toMatchObject({ group: 'incidents', status: 'pass', notRun: [] })
  expect(overview.incidents[scenario]?.variants['blue-green']).toMatchObject({ status: 'pass', clean: true })
  const files = ['incidents.md', 'junit.xml', 'report.html', 'verdict.json', `${scenario}/blue-green/journal.jsonl`]
  expect(files.filter((file) => !isFile(folder, file))).toEqual([])
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain(`./${scenario}/report.html`)
  expect(ended.out.match(/^Report:/gm)).toHaveLength(1)
  const [first = '{}'] = readFileSync(join(folder, scenario, 'blue-green', 'journal.jsonl'), 'utf8').split('\n')
  expect(await leftOvers((JSON.parse(first) as { runId: string }).runId)).toEqual([])
})

test('its overview can be made again from the journals', async () => {
  const before = readFileSync(join(folder, 'report.html'), 'utf8')
  expect((await badgateway(['judge', folder])).code).toBe(0)
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(before)
})
