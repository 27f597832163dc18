import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { type Fact, readRecord } from '../../src/journal/index.ts'
import { badgateway, type Ended, freshFolder, leftOvers, openOf, readJson, runFolder, runIdOf } from './badgateway.ts'

/** One variant that was played: how the command ended, what was judged, and everything that was noted. */
export interface Told {
  ended: Ended
  verdict: Verdict
  facts: readonly Fact[]
  runId: string
}

/** Plays one variant of a scenario, at so much time a minute of the incident. */
export async function tell(scenario: string, variant: string, timeScale: string): Promise<Told> {
  const out = await freshFolder()
  const ended = await badgateway(['run', scenario, '--variant', variant, '--time-scale', timeScale, '--out', out])
  const folder = join(runFolder(out, scenario), variant)
  const { facts } = await readRecord(folder)
  return { ended, verdict: readJson<Verdict>(folder, 'verdict.json'), facts, runId: runIdOf(folder) }
}

export async function expectPassAndNothingLeft({ ended, verdict, runId }: Told): Promise<void> {
  expect(openOf(ended, [verdict])).toEqual([])
  expect(verdict.clean).toBe(true)
  expect(await leftOvers(runId)).toEqual([])
}
