// @group full 300s
import { beforeAll, describe, expect, test } from 'vitest'
import { runbookRow } from '../../../scenarios/incidents/escalation-guide/_row.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { expectCured, onTheWay, playCause } from '../../support/guide.ts'
import type { Told } from '../../support/told.ts'

const played = new Map<string, Told>()

beforeAll(async () => {
  for (const cause of onTheWay) played.set(cause, await playCause(cause, 'as-it-happened'))
}, 3_600_000)

describe('what keeps requests from a backend, as it happened', () => {
  test.each(onTheWay)('%s: users are failed, a step of the guide cures, and nothing is left', async (cause) => {
    await expectCured(played.get(cause) ?? expect.fail(`${cause} was not played`))
  })

  test('what a filter of new connections does is made worse by a restart, and cured by the fifth step', async () => {
    const { folder } = played.get('firewall-drop-new') ?? expect.fail('it was not played')
    const row = runbookRow(await readRecord(folder))
    expect(row?.cells.map((cell) => cell?.effect).slice(2, 5)).toEqual(['makes worse', 'no effect', 'cures'])
    expect(row?.firstFound?.guide).toBe(5)
  })
})
