import { existsSync, readFileSync } from 'node:fs'
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

/** The machine carried no run: an engine's time-out, a container that did not start. */
const environmentError = 3

/**
 * Plays variants of a scenario by one command, at so much time a minute of the incident, or what BADGATEWAY_TEST_SCALE
 * says. What is inconclusive the command plays once more, and what the machine did not carry this does, when it has
 * left nothing; a fail is never played again.
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
    const ended = await badgateway(['run', scenario, ...asked, '--repeats', '1', '--time-scale', scale, '--out', out])
    return { ended, folder: runFolder(out, scenario) }
  }
  const first = await once()
  if (first.ended.code !== environmentError) return judged(first, variants)
  const begun = variants.map((variant) => join(first.folder, variant)).filter((run) => isFile(run, 'journal.jsonl'))
  for (const run of begun) expect(await leftOvers(runIdOf(run))).toEqual([])
  return judged(await once(), variants)
}

/** A command that has judged nothing says why, and that is what a red test must tell. */
function judged(played: { ended: Ended; folder: string }, variants: readonly string[]) {
  const { ended, folder } = played
  const open = variants.filter((variant) => !isFile(folder, variant, 'verdict.json'))
  if (open.length === 0) return played
  const said = [ended.out, ended.err].map((text) => text.slice(-mostSaid)).join('\n')
  throw new Error(`no verdict of ${open.join(', ')}: the command ended with ${ended.code}, and said last:\n${said}`)
}

const mostSaid = 2_000

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

/** What the journal says of why a run was no pass, for whoever reads a red test without its folder. */
function evidenceIn({ facts, folder }: Told): string[] {
  const told = facts.flatMap((fact): string[] => {
    if (fact.kind === 'problem') return [`problem ${fact.code}: ${fact.message}`]
    if (fact.kind === 'steady-checked' && !fact.steady) return [`not steady: ${fact.because}`]
    if (fact.kind === 'service-event') return [`${fact.t.toFixed(0)} ms: ${fact.service} ${fact.action}`]
    return []
  })
  const proxyLog = join(folder, 'logs', 'proxy.log')
  const errors = existsSync(proxyLog) ? readFileSync(proxyLog, 'utf8').split('\n').filter(isError) : []
  return [...told.slice(0, evidenceLines), ...errors.slice(0, evidenceLines)]
}

const evidenceLines = 20
const isError = (line: string) => /\[(?:error|crit|alert|emerg)\]/.test(line)

export async function expectPassAndNothingLeft(told: Told): Promise<void> {
  const { ended, verdict, runId } = told
  const open = openOf(ended, [verdict])
  expect(open.length > 0 ? [...open, ...evidenceIn(told)] : []).toEqual([])
  expect(verdict.clean).toBe(true)
  expect(await leftOvers(runId)).toEqual([])
}
