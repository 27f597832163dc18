import { join } from 'node:path'
import type { Verdict } from '../../src/checks/index.ts'
import { findGroup } from '../../src/scenario/index.ts'
import { badgateway, type Ended, freshFolder, readJson, runFolder } from './badgateway.ts'

const group = await findGroup('escalation-guide', new URL('../../scenarios', import.meta.url).pathname)

/** Names of the guide's causes, as their files are called. */
export const causes = (group?.scenarios ?? []).map(({ name }) => name)

/** One cause, played in one variant. */
export interface Play {
  cause: string
  variant: string
  flags?: readonly string[]
}

export interface GuideRun {
  ended: Ended
  folder: string
  verdict: Verdict
}

/** A stack is idle for most of its time, and users come before all others: so many do not disturb each other. */
const atOnce = 2
const keyOf = ({ cause, variant, flags = [] }: Play) => [cause, variant, ...flags].join(' ')

/** Plays all of these at 300 ms a minute, begun in this order, then those that want to be alone; gives what became. */
export async function playAll(plays: readonly Play[], alone: readonly Play[]): Promise<(play: Play) => GuideRun> {
  const waiting = [...plays]
  const done = new Map<string, GuideRun>()
  const work = async () => {
    for (let play = waiting.shift(); play; play = waiting.shift()) done.set(keyOf(play), await runOf(play))
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  waiting.push(...alone)
  await work()
  return (play) => {
    const run = done.get(keyOf(play))
    if (run) return run
    throw new Error(`${keyOf(play)} was not played`)
  }
}

async function runOf({ cause, variant, flags = [] }: Play): Promise<GuideRun> {
  const out = await freshFolder()
  const argv = ['run', cause, '--variant', variant, '--time-scale', '300ms', '--quiet', '--out', out, ...flags]
  const ended = await badgateway(argv)
  const folder = join(runFolder(out, cause), variant)
  return { ended, folder, verdict: readJson<Verdict>(folder, 'verdict.json') }
}
