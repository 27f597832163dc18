import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Verdict } from '../../../src/checks/index.ts'
import {
  badgateway,
  type Ended,
  freshFolder,
  leftOvers,
  openOf,
  readJson,
  runFolder,
  runIdOf,
} from '../../support/badgateway.ts'

const scenario = 'misconfigured-load-balancing'
const variants = ['with-measures', 'patching-drained']

describe('the incident of June 2024 with its measures', () => {
  let ended: Ended
  let folder: string
  const verdictOf = (variant: string) => readJson<Verdict>(folder, variant, 'verdict.json')
  const journalOf = (variant: string) => readFileSync(join(folder, variant, 'journal.jsonl'), 'utf8')

  beforeAll(async () => {
    const out = await freshFolder()
    const which = variants.flatMap((variant) => ['--variant', variant])
    ended = await badgateway(['run', scenario, ...which, '--time-scale', '250ms', '--out', out])
    folder = runFolder(out, scenario)
  }, 240_000)

  test('passes, and leaves nothing behind', async () => {
    expect(openOf(ended, variants.map(verdictOf))).toEqual([])
    const ids = variants.map((variant) => runIdOf(join(folder, variant)))
    expect((await Promise.all(ids.map(leftOvers))).flat()).toEqual([])
  })

  test('with measures: rejected by the pipeline, and past it put back in seconds and told by name', () => {
    const { outage, detectedBy, timeToDetectSeconds } = verdictOf('with-measures')
    expect(outage.seconds).toBeLessThan(5)
    expect(detectedBy).toBe('UnplannedConfigurationChange')
    expect(timeToDetectSeconds).toBeLessThan(6)
  })

  test('a patch that drains the old Nginx fails nobody', () => {
    expect(verdictOf('patching-drained').outage).toMatchObject({ seconds: 0, failedRequests: 0, usersAffectedShare: 0 })
    expect(journalOf('patching-drained')).toMatch(/Nginx 1\.22\.\d+ became 1\.26\.\d+: proxy-next serves beside it/)
  })
})
