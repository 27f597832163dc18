import { beforeAll, describe, expect, test } from 'vitest'
import { runbookRow } from '../../../src/checks/index.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { leftOvers, openOf, runIdOf } from '../../support/badgateway.ts'
import { allDone, causes, type GuideRun, playCause } from '../../support/guide.ts'

/** Of this one every step of the guide is taken, and it is there again after each that cured it. */
const measured = 'backend-port-closed'
/** So much traffic that nothing has room beside it: played in a file of its own. */
const busy = 'too-much-traffic'
const sideBySide = causes.filter((cause) => cause !== busy)
/** One for each measure by which a cause is named before anybody looks for it. */
const prevented = ['container-unhealthy', 'read-timeout', 'wrong-upstream-port']
/** They take longest: what is left in the end then does not run on alone. */
const first = ['firewall-drop', 'firewall-drop-new', 'firewall-reject']

const played = new Map<string, GuideRun>()

const play = (cause: string, variant: string) => async () => {
  played.set(`${cause} ${variant}`, await playCause(cause, variant))
}
const playedAs = (variant: string, cause: string) => {
  return played.get(`${cause} ${variant}`) ?? expect.fail(`${cause} was not played ${variant}`)
}

// A stack is idle for most of its time, and users come before all others: three do not disturb each other.
beforeAll(async () => {
  const others = sideBySide.filter((cause) => !first.includes(cause))
  await allDone(3, [
    ...first.map((cause) => play(cause, 'as-it-happened')),
    play(measured, 'runbook'),
    ...others.map((cause) => play(cause, 'as-it-happened')),
    ...prevented.map((cause) => play(cause, 'with-measures')),
  ])
}, 1_200_000)

test('there are all causes that the guide names', () => {
  expect(causes).toHaveLength(16)
})

describe('as it happened', () => {
  test.each(sideBySide)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
    const { ended, verdict, folder } = playedAs('as-it-happened', cause)
    expect(openOf(ended, [verdict])).toEqual([])
    expect(verdict).toMatchObject({ status: 'pass', clean: true })
    expect(verdict.remedies.at(-1)?.judgement).toBe('cured')
    expect(await leftOvers(runIdOf(folder))).toEqual([])
  })
})

test('what a filter of new connections does is made worse by a restart, and cured by the fifth step', async () => {
  const row = runbookRow(await readRecord(playedAs('as-it-happened', 'firewall-drop-new').folder))
  expect(row?.cells.map((cell) => cell?.effect).slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
  expect(row?.firstFound?.guide).toBe(5)
})

describe("with the guide's prevention", () => {
  test.each(prevented)('%s is named, and what is named is mended', (cause) => {
    const { ended, verdict } = playedAs('with-measures', cause)
    expect(openOf(ended, [verdict])).toEqual([])
    expect(verdict).toMatchObject({ status: 'pass', clean: true })
  })
})

describe('every step of the guide, measured', () => {
  test('every cell is as the scenario expects it, and a closed port is cured by a restart', async () => {
    const { ended, verdict, folder } = playedAs('runbook', measured)
    expect(openOf(ended, [verdict])).toEqual([])
    const row = runbookRow(await readRecord(folder))
    expect(row?.cells.map((cell) => cell?.guide)).toEqual([1, 2, 3, 4, 5, 6])
    expect(row?.cells[2]?.effect).toBe('cures')
    expect(row?.firstCured?.guide).toBe(3)
  })
})
