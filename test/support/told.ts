import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { type Fact, readRecord } from '../../src/journal/index.ts'
import { badgateway, type Ended, isFile, leftOvers, openOf, readJson, runFolder, runIdOf } from './badgateway.ts'
import { freshFolder } from './folder.ts'

/** One variant that was played: how the command ended, what was judged, and everything that was noted. */
export interface Told {
  ended: Ended
  folder: string
  verdict: Verdict
  facts: readonly Fact[]
  runId: string
}

/** Not enough was seen to judge by (2), or the machine had no room (3): nothing is said of what was tried. */
const undecided = [2, 3]

/**
 * Plays variants of a scenario by one command, at so much time a minute of the incident, or what BADGATEWAY_TEST_SCALE
 * says. What is undecided is played once more, having left nothing; a fail never is.
 */
export async function play(
  scenario: string,
  variants: readonly string[],
  timeScale: string,
): Promise<{ ended: Ended; folder: string }> {
  const scale = process.env['BADGATEWAY_TEST_SCALE'] ?? timeScale
  const asked = variants.flatMap((variant) => ['--variant', variant])
  const once = async () => {
    const out = await freshFolder()
    const ended = await badgateway(['run', scenario, ...asked, '--time-scale', scale, '--out', out])
    return { ended, folder: runFolder(out, scenario) }
  }
  const first = await once()
  if (!undecided.includes(first.ended.code ?? 0)) return first
  const begun = variants.map((variant) => join(first.folder, variant)).filter((run) => isFile(run, 'journal.jsonl'))
  for (const run of begun) expect(await leftOvers(runIdOf(run))).toEqual([])
  return await once()
}

/** What became of one variant of a run. */
export async function toldOf({ ended, folder: run }: { ended: Ended; folder: string }, variant: string): Promise<Told> {
  const folder = join(run, variant)
  const { facts } = await readRecord(folder)
  return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json'), facts, runId: runIdOf(folder) }
}

/** Plays one variant of a scenario, at so much time a minute of the incident. */
export async function tell(scenario: string, variant: string, timeScale: string): Promise<Told> {
  return await toldOf(await play(scenario, [variant], timeScale), variant)
}

export async function expectPassAndNothingLeft({ ended, verdict, runId }: Told): Promise<void> {
  expect(openOf(ended, [verdict])).toEqual([])
  expect(verdict.clean).toBe(true)
  expect(await leftOvers(runId)).toEqual([])
}
