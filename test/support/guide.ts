import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { badgateway, type Ended, freshFolder, leftOvers, openOf, readJson, runFolder, runIdOf } from './badgateway.ts'

const name = 'escalation-guide'
const scale = ['--time-scale', '300ms', '--quiet']
const group = await findGroup(name, new URL('../../scenarios', import.meta.url).pathname)

/** Names of the guide's causes, as their files are called. */
export const causes = (group?.scenarios ?? []).map((scenario) => scenario.name)

/** So much traffic that nothing has room beside it: played in a file of its own. */
export const busy = 'too-much-traffic'
/** A container or a server line that is configured wrongly. */
export const misconfigured = causes.filter((cause) => /^(container|wrong)-/.test(cause))
/** What else keeps requests from their backend: gone, too slow, or behind a packet filter. */
export const onTheWay = causes.filter((cause) => /^(backend|connect|firewall|read|timeout)-/.test(cause))

/** One cause, played in one variant. */
export interface GuideRun {
  ended: Ended
  folder: string
  verdict: Verdict
}

/** One cause at 300 ms a minute. */
export async function playCause(cause: string, variant: string): Promise<GuideRun> {
  const out = await freshFolder()
  const ended = await badgateway(['run', cause, '--variant', variant, ...scale, '--out', out])
  const folder = join(runFolder(out, cause), variant)
  return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json') }
}

/** It passed, its last remedy cured, and nothing is left. */
export async function expectCured({ ended, verdict, folder }: GuideRun): Promise<void> {
  expect(openOf(ended, [verdict])).toEqual([])
  expect(verdict).toMatchObject({ status: 'pass', clean: true })
  expect(verdict.remedies.at(-1)?.judgement).toBe('cured')
  expect(await leftOvers(runIdOf(folder))).toEqual([])
}
