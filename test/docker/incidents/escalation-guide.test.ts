import { beforeAll, describe, expect, test } from 'vitest'
import { runbookRow } from '../../../src/checks/index.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { leftOvers, openOf, runIdOf } from '../../support/badgateway.ts'
import { causes, type GuideRun, type Play, playAll } from '../../support/guide.ts'

/** Of this one every step of the guide is taken, and it is there again after each that cured it. */
const measured = 'backend-port-closed'
/** So much traffic that nothing has room beside it. */
const busy = 'too-much-traffic'
/** One for each measure by which a cause is named before anybody looks for it. */
const prevented = ['container-unhealthy', 'read-timeout', 'wrong-upstream-port']

const happened = (cause: string): Play => ({ cause, variant: 'as-it-happened' })
const disarmed = (cause: string): Play => ({ cause, variant: 'as-it-happened', flags: ['--disarm'] })
const withMeasures = (cause: string): Play => ({ cause, variant: 'with-measures' })
const everyStep = (cause: string): Play => ({ cause, variant: 'runbook' })

let played: (play: Play) => GuideRun

// The longest first: what is left in the end then does not run on alone.
beforeAll(async () => {
  const first = ['firewall-drop-new', 'firewall-drop', 'firewall-reject']
  const others = causes.filter((cause) => cause !== busy && !first.includes(cause))
  const plays = [
    everyStep(measured),
    ...[...first, ...others].map(happened),
    ...prevented.map(withMeasures),
    ...causes.map(disarmed),
  ]
  played = await playAll(plays, [happened(busy)])
}, 1_200_000)

test('there are all causes that the guide names', () => {
  expect(causes).toHaveLength(16)
})

describe('as it happened', () => {
  test.each(causes)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
    const { ended, verdict, folder } = played(happened(cause))
    expect(openOf(ended, [verdict])).toEqual([])
    expect(verdict).toMatchObject({ status: 'pass', clean: true })
    expect(verdict.remedies.at(-1)?.judgement).toBe('cured')
    expect(await leftOvers(runIdOf(folder))).toEqual([])
  })
})

test('what a filter of new connections does is made worse by a restart, and cured by the fifth step', async () => {
  const row = runbookRow(await readRecord(played(happened('firewall-drop-new')).folder))
  expect(row?.cells.map((cell) => cell?.effect).slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
  expect(row?.firstFound?.guide).toBe(5)
})

describe('not really injected', () => {
  test.each(causes)('%s proves nothing, and says so', (cause) => {
    const { ended, verdict } = played(disarmed(cause))
    expect(ended.code, ended.err).toBe(2)
    expect(verdict).toMatchObject({ status: 'inconclusive', clean: true })
  })
})

describe("with the guide's prevention", () => {
  test.each(prevented)('%s is named, and what is named is mended', (cause) => {
    const { ended, verdict } = played(withMeasures(cause))
    expect(openOf(ended, [verdict])).toEqual([])
    expect(verdict).toMatchObject({ status: 'pass', clean: true })
  })
})

describe('every step of the guide, measured', () => {
  test('every cell is as the scenario expects it, and a closed port is cured by a restart', async () => {
    const { ended, verdict, folder } = played(everyStep(measured))
    expect(openOf(ended, [verdict])).toEqual([])
    const row = runbookRow(await readRecord(folder))
    expect(row?.cells.map((cell) => cell?.guide)).toEqual([1, 2, 3, 4, 5, 6])
    expect(row?.cells[2]?.effect).toBe('cures')
    expect(row?.firstCured?.guide).toBe(3)
  })
})
