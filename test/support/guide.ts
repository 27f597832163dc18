import { join } from 'node:path'
import type { Verdict } from '../../src/checks/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { badgateway, type Ended, freshFolder, readJson, runFolder } from './badgateway.ts'

const group = await findGroup('escalation-guide', new URL('../../scenarios', import.meta.url).pathname)

/** Names of the guide's causes, as their files are called. */
export const causes = (group?.scenarios ?? []).map(({ name }) => name)

export interface GuideRun {
  ended: Ended
  folder: string
  verdict: Verdict
}

/** So many at once, in the order given: most of a run is waiting. */
async function pooled<T>(atOnce: number, names: readonly string[], job: (name: string) => Promise<T>) {
  const waiting = [...names]
  const done = new Map<string, T>()
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) done.set(name, await job(name))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return done
}

/** Plays one variant of these causes at 300 ms a minute. */
export async function playCauses(
  names: readonly string[],
  variant: string,
  flags: readonly string[] = [],
): Promise<Map<string, GuideRun>> {
  return await pooled(2, names, async (cause) => {
    const out = await freshFolder()
    const argv = ['run', cause, '--variant', variant, '--time-scale', '300ms', '--quiet', '--out', out, ...flags]
    const ended = await badgateway(argv)
    const folder = join(runFolder(out, cause), variant)
    return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json') }
  })
}
