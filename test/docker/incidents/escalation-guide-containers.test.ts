// @group full 300s
import { beforeAll, describe, expect, test } from 'vitest'
import { runbookRow } from '../../../scenarios/incidents/escalation-guide/_row.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { openOf } from '../../support/badgateway.ts'
import { busy, causes, expectCured, misconfigured, onTheWay, playCause } from '../../support/guide.ts'
import type { Told } from '../../support/told.ts'

/** Of this one every step of the guide is taken, and it is there again after each that cured it. */
const measured = 'backend-port-closed'
/** Those who name a cause before anybody looks for it: two alerts, and a review of servers and of the proxy. */
const prevented = ['container-wrong-port', 'read-timeout', 'container-without-environment', 'wrong-upstream-port']

const played = new Map<string, Told>()

const play = async (cause: string, variant: string) => {
  played.set(`${cause} ${variant}`, await playCause(cause, variant))
}
const playedAs = (variant: string, cause: string) => {
  return played.get(`${cause} ${variant}`) ?? expect.fail(`${cause} was not played ${variant}`)
}

beforeAll(async () => {
  await play(measured, 'runbook')
  for (const cause of misconfigured) await play(cause, 'as-it-happened')
  for (const cause of prevented) await play(cause, 'with-measures')
}, 3_600_000)

test('all causes that the guide names are played in one of these files', () => {
  expect(causes).toHaveLength(16)
  expect([...onTheWay, ...misconfigured, busy].sort()).toEqual([...causes].sort())
})

describe('what is configured wrongly, as it happened', () => {
  test.each(misconfigured)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
    await expectCured(playedAs('as-it-happened', cause))
  })
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
