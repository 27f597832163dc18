import { filtersIn, foreignProblem } from '../cleanup/index.ts'
import { proveLive, untilAnswering, untilServing } from '../deploy/index.ts'
import { compareWorlds, labelKeys, onRecordOf, removeAllOf, takeSnapshot, tellForeign } from '../engine/index.ts'
import { factsOf } from '../journal/index.ts'
import { within } from '../kit/clock.ts'
import { asBadgatewayError, type BadgatewayError } from '../kit/errors.ts'
import { readAfter } from './ends/data.ts'
import { endExpiring } from './ends/self-expiring.ts'
import { recordContainers } from './evidence.ts'
import { reconcile, untilLogged } from './reconcile.ts'
import type { Session } from './session.ts'
import { type ActiveFault, enterPhase, type Stage, see } from './stage.ts'

const drainMs = 2_000
const closingLimitMs = 60_000
const healthAgainMs = 14_000
/** Servers that were started again get a moment: a proxy that asks too early remembers that nobody answered. */
const backendsAgainMs = 8_000

interface End {
  reason: 'completed' | 'interrupted' | 'failed'
  /** What the story and its steady state took, in ms. */
  storyMs: number
}

export interface Closed {
  /** Proven to be as before. */
  clean: boolean
  /** What went wrong after that was known: the journal could not be closed, or the guard was gone. */
  late?: BadgatewayError
}

/** Undo, look whether it worked, lower the stack, compare the world with before. Never rejects. */
export async function closeRun(session: Session, stage: Stage | undefined, end: End): Promise<Closed> {
  const { journal } = session
  const differences: string[] = []
  const wrong: string[] = []
  const attempt = async (what: string, work: () => Promise<unknown>) => {
    const error = await failureOf(what, work)
    if (error) differences.push(`${what}: ${error.message}`)
  }
  tryToSay(() => enterPhase(journal, 'undo'))
  if (stage) await attempt('looking at the containers', () => recordContainers(stage, 'end'))
  if (stage) await attempt('ending the watch over the configuration', () => stage.endDriftWatch())
  if (stage) await attempt('waiting for self-expiring faults', () => endExpiring(stage))
  // Looked at first, for a fault may be load itself.
  if (stage) await attempt('looking at the faults', () => seeAll(stage, stage.active, 'end'))
  if (stage) await attempt('ending the load', () => endLoad(stage))
  await attempt('undoing', async () => {
    const left = await session.undo.undoAll()
    wrong.push(...left)
  })
  if (stage) await attempt('looking whether the faults are gone', async () => wrong.push(...(await asBefore(stage))))
  differences.push(...keptOf(stage, wrong))
  session.endWatching()
  if (stage) await attempt('ending the watch', () => stage.watching.stop())
  tryToSay(() => enterPhase(journal, 'lower'))
  const { engine, labels, undo } = session
  const kept = filtersIn(undo.outstanding)
  await attempt('removing containers and networks', () => removeAllOf(engine.docker, labels, undefined, kept))
  await attempt('comparing the world with before', async () => {
    const { differences: found, foreign } = await compareWithBefore(session)
    differences.push(...found)
    for (const one of foreign) tryToSay(() => journal.write({ kind: 'problem', ...foreignProblem(tellForeign(one)) }))
  })
  const clean = differences.length === 0
  tryToSay(() => journal.write({ kind: 'world-compared', clean, differences }))
  const wallMs = journal.now()
  const { reason, storyMs } = end
  const overheadMs = wallMs - storyMs
  tryToSay(() => journal.write({ kind: 'run-ended', reason, by: 'harness', wallMs, storyMs, overheadMs }))
  const late = await letGo(session, clean)
  return { clean, ...(late ? { late } : {}) }
}

/**
 * What is wrong with a stack that goes with this run is a difference. One that was lent, and of which there can be
 * another, is given up: how it did not recover is a finding, and its containers go with it.
 */
function keptOf(stage: Stage | undefined, wrong: readonly string[]): readonly string[] {
  if (!stage?.giveUp || wrong.length === 0) return wrong
  const because = wrong.join('; ')
  stage.giveUp(because)
  tryToSay(() => stage.journal.write({ kind: 'stack-given-up', because }))
  return []
}

/**
 * The journal has its end on the disk before the guard goes: whoever kills us in between leaves a run that can be
 * judged. It is closed after the guard has gone, so that a guard which was gone already is told in it. A guard is sent
 * home only when there is nothing left that it would have to do; else it goes on with the journal when that is closed.
 */
async function letGo({ journal, guard }: Session, clean: boolean): Promise<BadgatewayError | undefined> {
  const unwritten = await failureOf('flushing the journal', () => journal.flushed())
  const unheard = clean ? await failureOf('letting the guard go', () => guard.clean()) : undefined
  if (unheard) {
    const { code, message, hint } = unheard
    tryToSay(() => journal.write({ kind: 'problem', code, message, hint, whose: 'harness' }))
  }
  const unclosed = await failureOf('closing the journal', () => journal.close())
  if (!clean) guard.abandon()
  return unwritten ?? unclosed ?? unheard
}

/** What wears this run's label and is not of its making is left alone, and named: it is no difference. */
async function compareWithBefore({ engine, before, labels, runId }: Session) {
  const after = await takeSnapshot(engine.docker)
  const onRecord = onRecordOf(labels)
  const foreign = after.ours.filter((one) => one.labels[labelKeys.run] === runId && !onRecord.has(one))
  const ours = after.ours.filter((one) => !foreign.includes(one))
  return { differences: compareWorlds(before, { ...after, ours }, runId), foreign }
}

async function failureOf(what: string, work: () => Promise<unknown>): Promise<BadgatewayError | undefined> {
  return await within(closingLimitMs, what, work()).then(() => undefined, asBadgatewayError)
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
  const { ownLog } = stage.stack.description.attached ?? {}
  const { logs } = stage.watching
  const by = stage.plan.unlogged ? 'nothing' : (stage.plan.ownLog?.by ?? 'id')
  const books = by === 'id' ? await reconcile(ended, logs, stage.clock, ownLog) : undefined
  // A log of which no line can be read is no book.
  if (books && (!ownLog || logs.statuses.size > 0)) stage.journal.write(books)
  if (by === 'status' && ownLog) await untilLogged(ended, logs, { clock: stage.clock, ownLog })
  const { data, stack, clock, load, dataBefore: before } = stage
  for (const seen of await readAfter(data, { stack, clock, load, before, ended })) stage.journal.write(seen)
}

async function seeAll(stage: Stage, faults: readonly ActiveFault[], moment: 'end' | 'after'): Promise<string[]> {
  const look = async (fault: ActiveFault) => ((await see(stage, fault, moment)) ? [fault.name] : [])
  return (await Promise.all(faults.map(look))).flat()
}

/** After the undo: does the proxy serve what it served before, is every fault gone, are real requests answered? */
async function asBefore(stage: Stage): Promise<string[]> {
  const { stack, journal, active } = stage
  // The undo does not hear the interruption of the story, and neither does its proof.
  const scene = { ...stage.scene, signal: new AbortController().signal }
  const wrong: string[] = []
  await stack.refresh()
  const { good } = scene.releases
  const proxy = stack.proxy()
  if (good) {
    const { live, because } = await proveLive(scene, proxy, good.hash)
    if (!live) wrong.push(`after the undo ${because}`)
  }
  // First, for a server that was just started looks like one that is broken.
  const health = await healthAgain(stage)
  // Also at those that a remedy ended: the undo put back what was there before the remedy, too.
  const present = await seeAll(
    stage,
    stage.inForce.filter((fault) => !isSeenGone(stage, fault)),
    'after',
  )
  for (const name of present) wrong.push(`the fault '${name}' is still there after its undo`)
  for (const { name } of active) {
    if (!present.includes(name))
      journal.write({ kind: 'fault-undone', fault: name, by: 'undo', because: 'its undo was done' })
  }
  wrong.push(...((await stack.unlike?.()) ?? []))
  // What never answered well before the story is no trace of it.
  const wasWell = factsOf(stage.facts, 'steady-checked').some(({ steady }) => steady)
  if (!health.healthy && wasWell) wrong.push(`after the undo ${health.because}`)
  return wrong
}

/** Its own undos were done by a remedy and it was seen to be gone since: nothing has been undone after that look. */
function isSeenGone({ facts }: Pick<Stage, 'facts'>, { name }: ActiveFault): boolean {
  const last = factsOf(facts, 'fault-witnessed').findLast(({ fault, moment }) => fault === name && moment === 'after')
  const undoneN = factsOf(facts, 'undo-done').at(-1)?.n ?? 0
  const isWhole = factsOf(facts, 'undo-promised').every(({ id }) => {
    return factsOf(facts, 'undo-done').some((done) => done.id === id && done.ok)
  })
  return last !== undefined && !last.present && last.n > undoneN && isWhole
}

/** A server that was started by an undo needs a moment, and Nginx asks one that failed again after 10 s at most. */
async function healthAgain({ stack, clock }: Stage): ReturnType<typeof untilServing> {
  await untilAnswering(stack, { withinMs: backendsAgainMs, clock })
  return await untilServing(stack, stack.proxy(), { withinMs: healthAgainMs, clock })
}
