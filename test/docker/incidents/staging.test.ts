// @group full 100s
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/checks/index.ts'
import { factsOf } from '../../../src/journal/facts.ts'
import { readRecord } from '../../../src/journal/index.ts'
import { badgateway, type Ended, readJson } from '../../support/badgateway.ts'
import { play } from '../../support/told.ts'

const variants = ['staging-without-parity', 'staging-with-parity']

describe('a deploy that is tried on staging first', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')
  const actsOf = async (variant: string) => {
    return factsOf((await readRecord(`${folder}/${variant}`)).facts, 'measure-acted')
  }

  beforeAll(async () => {
    const played = await play('misconfigured-upstream', variants, '400ms')
    ended = played.ended
    folder = played.folder
  })

  test('is an outage for all users where staging has one server, and no news where it is as production', () => {
    expect(ended.code, `${ended.out}${ended.err}`).toBe(0)
    const without = verdictOf('staging-without-parity')
    expect(without.outage.usersAffectedShare).toBe(1)
    expect(without.outage.failedRequests).toBeGreaterThan(300)
    expect(verdictOf('staging-with-parity').outage).toMatchObject({ seconds: 0, failedRequests: 0 })
    expect(verdictOf('staging-with-parity').clean).toBe(true)
  })

  test('staging says in which ways it differs, and that is nothing with parity', async () => {
    const [passed] = await actsOf('staging-without-parity')
    expect(passed).toMatchObject({ measure: 'staging', action: 'passed' })
    expect(passed?.evidence['differences']).toEqual(
      expect.arrayContaining([expect.stringContaining('a wrong line for web-2 cannot show up in staging')]),
    )
    const rejected = await actsOf('staging-with-parity')
    expect(rejected.map(({ measure, action }) => `${measure} ${action}`)).toEqual(
      Array.from({ length: 3 }, () => 'staging-parity rejected'),
    )
    expect(rejected.flatMap(({ evidence }) => evidence['differences'])).toEqual([])
  })

  test('the run has recorded both stacks, and they can be compared', async () => {
    const run = `${folder}/staging-without-parity`
    const { code, out } = await badgateway(['compare-stacks', `${run}:staging`, run, '--json'])
    expect(code).toBe(1)
    const { differences } = JSON.parse(out) as { differences: { what: string }[] }
    expect(differences.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['services: web', 'services: api', 'configuration conf.d/upstreams.conf of proxy']),
    )
    expect((await badgateway(['compare-stacks', run, `${folder}/staging-with-parity`])).code).toBe(0)
  })
})
