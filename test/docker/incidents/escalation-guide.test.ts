import { beforeAll, describe, expect, test } from 'vitest'
import { type RunbookRow, runbookRow } from '../../../src/checks/index.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { leftOvers, openOf, runIdOf } from '../../support/badgateway.ts'
import { causes, type GuideRun, type Play, playAll } from '../../support/guide.ts'

/** Of these every step of the guide is taken: one that a restart cures, one that it makes worse. */
const measured = ['backend-port-closed', 'firewall-drop-new']
/** One for each way in which a cause is named before anybody looks for it. */
const prevented = ['container-unhealthy', 'firewall-drop-new', 'read-timeout', 'wrong-upstream-port']

const happened = (cause: string): Play => ({ cause, variant: 'as-it-happened' })
const disarmed = (cause: string): Play => ({ cause, variant: 'as-it-happened', flags: ['--disarm'] })
const withMeasures = (cause: string): Play => ({ cause, variant: 'with-measures' })
const everyStep = (cause: string): Play => ({ cause, variant: 'runbook' })

let played: (play: Play) => GuideRun

// The longest first: what is left in the end then does not run on alone.
beforeAll(async () => {
  const first = ['too-much-traffic', 'firewall-drop-new', 'firewall-drop']
  const others = causes.filter((cause) => !first.includes(cause))
  played = await playAll([
    ...measured.map(everyStep),
    ...[...first, ...others].map(happened),
    ...prevented.map(withMeasures),
    ...causes.map(disarmed),
  ])
}, 600_000)

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
  const rowOf = async (cause: string): Promise<RunbookRow | null> =>
    runbookRow(await readRecord(played(everyStep(cause)).folder))

  test.each(measured)('%s: every cell is as the scenario expects it', async (cause) => {
    const { ended, verdict } = played(everyStep(cause))
    expect(openOf(ended, [verdict])).toEqual([])
    expect((await rowOf(cause))?.cells.filter((cell) => cell === null)).toEqual([])
  })

  test('a closed port is cured by a restart; what a filter of new connections does is made worse by it', async () => {
    const [closed, filtered] = await Promise.all(measured.map(rowOf))
    expect(closed?.cells[2]?.effect).toBe('cures')
    expect(filtered?.cells.map((cell) => cell?.effect).slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
    expect(filtered?.firstFound?.guide).toBe(5)
  })
})
