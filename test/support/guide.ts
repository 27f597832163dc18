import { join } from 'node:path'
import type { Verdict } from '../../src/checks/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { badgateway, type Ended, freshFolder, readJson, runFolder } from './badgateway.ts'

const name = 'escalation-guide'
const scale = ['--time-scale', '300ms', '--quiet']
const group = await findGroup(name, new URL('../../scenarios', import.meta.url).pathname)

/** Names of the guide's causes, as their files are called. */
export const causes = (group?.scenarios ?? []).map((scenario) => scenario.name)

/** One cause, played in one variant. */
export interface GuideRun {
  ended: Ended
  folder: string
  verdict: Verdict
}

/** Does all of this, so many at once, begun in this order. */
export async function allDone(atOnce: number, jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = [...jobs]
  const work = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job()
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** One cause at 300 ms a minute. */
export async function playCause(cause: string, variant: string): Promise<GuideRun> {
  const out = await freshFolder()
  const ended = await badgateway(['run', cause, '--variant', variant, ...scale, '--out', out])
  const folder = join(runFolder(out, cause), variant)
  return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json') }
}
