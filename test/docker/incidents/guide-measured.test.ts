import { beforeAll, expect, test } from 'vitest'
import { type RunbookRow, runbookRow } from '../../../src/checks/index.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { openOf } from '../../support/badgateway.ts'
import { type GuideRun, playCauses } from '../../support/guide.ts'

/** Of these every step of the guide is taken: one that a restart cures, one that it makes worse. */
const measured = ['backend-port-closed', 'firewall-drop-new']

let runs: Map<string, GuideRun>
let rows: Map<string, RunbookRow | null>

beforeAll(async () => {
  runs = await playCauses(measured, 'runbook')
  rows = new Map()
  for (const [cause, { folder }] of runs) rows.set(cause, runbookRow(await readRecord(folder)))
}, 400_000)

test.each(measured)('%s: every cell is as the scenario expects it', (cause) => {
  const done = runs.get(cause)
  expect(done && openOf(done.ended, [done.verdict])).toEqual([])
  expect(rows.get(cause)?.cells.filter((cell) => cell === null)).toEqual([])
})

test('a closed port is cured by a restart; what a filter of new connections does is made worse by it', () => {
  const effectsOf = (cause: string) => rows.get(cause)?.cells.map((cell) => cell?.effect)
  expect(effectsOf('backend-port-closed')?.[2]).toBe('cures')
  expect(effectsOf('firewall-drop-new')?.slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
  expect(rows.get('firewall-drop-new')?.firstFound?.guide).toBe(5)
})
