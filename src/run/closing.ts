import { pollUntil, within } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { healthOf } from '../stack/deploy/health.ts'
import { servedHash } from '../stack/deploy/switch.ts'
import { removeAllOf } from '../stack/networks.ts'
import { compareWorlds, takeSnapshot } from '../stack/world.ts'
import { reconcile } from './reconcile.ts'
import type { Session } from './session.ts'
import { enterPhase, type Stage, see } from './stage.ts'

const drainMs = 2_000
const closingLimitMs = 60_000
const reloadLimitMs = 5_000

interface End {
  reason: 'completed' | 'interrupted' | 'failed'
  /** What the story and its steady state took, in ms. */
  storyMs: number
}

/** Undo, look whether it worked, lower the stack, compare the world with before. True when that is proven. */
export async function closeRun(session: Session, stage: Stage | undefined, end: End): Promise<boolean> {
  const { journal } = session
  const differences: string[] = []
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    try {
      await within(closingLimitMs, what, work())
    } catch (thrown) {
      differences.push(`${what}: ${reasonOf(thrown)}`)
    }
  }
  tryToSay(() => enterPhase(journal, 'undo'))
  if (stage) await attempt('ending the load', () => endLoad(stage))
  if (stage) await attempt('looking at the faults', () => seeAll(stage, 'end'))
  await attempt('undoing', async () => {
    const left = await session.undo.undoAll()
    differences.push(...left)
  })
  if (stage)
    await attempt('looking whether the faults are gone', async () => differences.push(...(await asBefore(stage))))
  session.endWatching()
  if (stage) await attempt('ending the watch', () => stage.watching.stop())
  tryToSay(() => enterPhase(journal, 'lower'))
  await attempt('removing containers and networks', () => removeAllOf(session.engine.docker, session.runId))
  await attempt('comparing the world with before', async () => {
    differences.push(...compareWorlds(session.before, await takeSnapshot(session.engine.docker), session.runId))
  })
  const clean = differences.length === 0
  tryToSay(() => journal.write({ kind: 'world-compared', clean, differences }))
  const wallMs = journal.now()
  const { reason, storyMs } = end
  const overheadMs = wallMs - storyMs
  tryToSay(() => journal.write({ kind: 'run-ended', reason, by: 'harness', wallMs, storyMs, overheadMs }))
  await attempt('closing the journal', () => journal.close())
  // The guard is let go only when there is nothing left that it would have to do.
  if (clean) await attempt('letting the guard go', () => session.guard.clean())
  else session.guard.abandon()
  return clean
}

function tryToSay(say: () => unknown): void {
  try {
    say()
  } catch {
    // A journal that cannot be written must not stop the clean-up; closing it tells why.
  }
}

async function endLoad(stage: Stage): Promise<void> {
  const ended = await stage.traffic.stop(drainMs)
  stage.journal.write(await reconcile(ended, stage.watching.logs, stage.clock))
}

async function seeAll(stage: Stage, moment: 'end' | 'after'): Promise<string[]> {
  const present: string[] = []
  for (const active of stage.active) if (await see(stage, active, moment)) present.push(active.name)
  return present
}

/** After the undo: is every fault gone, does the proxy serve what it served before, and are real requests answered? */
async function asBefore(stage: Stage): Promise<string[]> {
  const { scene, stack, journal } = stage
  const still = (await seeAll(stage, 'after')).map((name) => `the fault '${name}' is still there after its undo`)
  for (const { name } of stage.active) {
    if (still.length === 0)
      journal.write({ kind: 'fault-undone', fault: name, by: 'undo', because: 'its undo was done' })
  }
  const [first] = scene.releases
  if (!first) return still
  const proxy = stack.service('proxy')
  let served = ''
  await pollUntil(
    async () => {
      served = await servedHash(scene, proxy)
      return served === first.hash ? true : undefined
    },
    { withinMs: reloadLimitMs, everyMs: 50, clock: stage.clock },
  )
  const health = await healthOf(scene, proxy)
  if (!health.healthy) still.push(`after the undo ${health.because}`)
  if (served !== first.hash) still.push(`after the undo the proxy serves release ${served}, not the first one`)
  return still
}
