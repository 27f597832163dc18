import type Dockerode from 'dockerode'
import { findOurs, nameOf, removeThings, type Thing, tellForeign } from '../engine/index.ts'
import { type Clock, realClock } from '../kit/clock.ts'
import { executeUndo, type UndoResult } from './undo.ts'
import { filtersIn, inOrder, isRemoval, type Promised, type UndoFact } from './undo-stack.ts'

/** What a rescuer says to the journal of a dead run. */
export type LateFact =
  | Extract<UndoFact, { kind: 'undo-done' }>
  | { kind: 'problem'; code: 'UNDO_REFUSED'; message: string; hint: string; whose: 'environment' }
  | { kind: 'world-compared'; clean: boolean; differences: string[] }
  | {
      kind: 'run-ended'
      reason: 'killed'
      by: 'guard' | 'sweep'
      wallMs: number
      storyMs: number
      overheadMs: number
    }

/** The journal of a run whose harness is dead. Source: `appendAfterDeath` of the journal gives one. */
export interface LateRecord {
  readonly runId: string | null
  readonly promised: readonly Promised[]
  readonly ended: boolean
  spans(): { wallMs: number; storyMs: number; overheadMs: number }
  writeDurably(fact: LateFact): Promise<unknown>
  close(): Promise<void>
}

export interface RescueOptions {
  docker: Dockerode
  runId: string
  /** Oldest first, as they were promised. */
  promised: readonly Promised[]
  /** They were promised to us, and not found in a journal. */
  isPromised?: boolean
  /** Is this thing, which wears the run's label, of the run's making? What is not is left alone and named. */
  isOurs: (thing: Thing) => boolean
  /** Ids of containers of others that somebody has agreed to: they are not removed, so each of their undos counts. */
  agreed?: ReadonlySet<string> | undefined
  log: (line: string) => void
  clock?: Clock
  /** Looks again until then, on the clock, or until all that may still come has been seen. */
  lookOn?: { untilMs: number; isOver: (seen: readonly Thing[]) => boolean }
}

export interface Rescued {
  undone: ({ id: string } & UndoResult)[]
  removed: Thing[]
  /** What is still there, in words. */
  left: string[]
  /** What wears the run's label and is not of its making, in words: it was left alone. */
  foreign: string[]
}

/** Milliseconds for all mending together: what cannot be mended in them is removed anyway. */
const mendingMs = 2_500
/** The same where containers of others are mended, which are not removed. */
const mendingOthersMs = 30_000
/** What the dead harness had asked for last may be done after its undo: a stop takes five seconds, and a moment. */
const lateCallMs = 7_000
/**
 * Milliseconds between looks. The engine may be finishing a call that the dead harness made, so "nothing" is asked
 * thrice.
 */
const looksMs = [0, 250, 1_000]
const removalRounds = 6
/** Milliseconds between looks for what a call makes that was under way. */
const lookOnMs = 300
/** Milliseconds for one of the undos that are left after the removal. */
const restMs = 5_000

/** Undoes, newest first, then removes everything of the run. Rejects when the engine does not answer. */
export async function rescue(options: RescueOptions): Promise<Rescued> {
  const { docker, runId, promised, log, isPromised = false, agreed = new Set<string>() } = options
  const undone = new Map<string, UndoResult>()
  const clock = options.clock ?? realClock
  const isOthers = agreed.size > 0
  const began = clock.now()
  const end = began + (isOthers ? mendingOthersMs : mendingMs)
  const keep = (withinMs: () => number) => async (entry: Promised) => {
    const result = await executeUndo(docker, entry.undo, { runId, agreed, withinMs: withinMs(), isPromised })
    log(`undo ${entry.id} ${entry.undo.verb} (${entry.why}): ${result.ok ? '' : 'failed: '}${result.because}`)
    if (!(result.ok && undone.get(entry.id)?.ok)) undone.set(entry.id, result)
  }
  const newestFirst = [...promised].reverse()
  const mending = newestFirst.filter(({ undo }) => !isRemoval(undo))
  const untilEnd = () => Math.max(1, end - clock.now())
  await inOrder(mending, keep(untilEnd))
  const failed = () => newestFirst.filter(({ id }) => !undone.get(id)?.ok)
  const filters = () => (isOthers ? filtersIn(failed()) : new Set<string>())
  const round = async (): Promise<Removed> => {
    // A filter in a network of others outlives whoever stands beside it, and he is the only way to it.
    const kept = filters()
    const result = await removeAll({ ...options, kept }, clock)
    // What could not be mended has been removed by now, and that is success too.
    await inOrder(
      failed().filter(({ undo }) => undo.verb !== 'remove-container' || !kept.has(undo.container)),
      keep(() => restMs),
    )
    return result
  }
  const first = await round()
  const ofOthers = mending.filter(({ undo }) => 'container' in undo && agreed.has(undo.container))
  if (ofOthers.length > 0) {
    await clock.sleep(Math.max(0, began + lateCallMs - clock.now()))
    await inOrder(
      ofOthers,
      keep(() => restMs),
    )
  }
  const { removed, left, foreign } = isOthers && failed().length > 0 ? added(first, await round()) : first
  const owed = isOthers ? failed() : []
  const told = owed.map(({ id, why }) => `${why}: not undone: ${undone.get(id)?.because ?? 'not tried'}`)
  const all = [...undone].map(([id, result]) => ({ id, ...result }))
  return { undone: all, removed, left: [...left, ...told], foreign }
}

type Removed = Omit<Rescued, 'undone'>

/** Both rounds: what is left is what the second one left. */
const added = (first: Removed, second: Removed): Removed => ({
  ...second,
  removed: [...first.removed, ...second.removed],
})

async function removeAll(options: RescueOptions & { kept: ReadonlySet<string> }, clock: Clock): Promise<Removed> {
  const { docker, runId, isOurs, log, lookOn, kept } = options
  const removed: Thing[] = []
  let foreign: string[] = []
  const seen: Thing[] = []
  const mayCome = () => lookOn !== undefined && clock.now() < lookOn.untilMs && !lookOn.isOver(seen)
  let left: string[] = []
  let quiet = 0
  for (let rounds = 0; mayCome() || (quiet < looksMs.length && rounds < removalRounds); ) {
    await clock.sleep(looksMs[quiet] ?? lookOnMs)
    const found = (await findOurs(docker, runId)).filter(({ id }) => !kept.has(id))
    const things = found.filter(isOurs)
    foreign = found.filter((one) => !things.includes(one)).map(tellForeign)
    seen.push(...things)
    quiet += 1
    left = []
    if (things.length === 0) continue
    rounds += 1
    quiet = 1
    const result = await removeThings(docker, things)
    removed.push(...result.removed)
    for (const thing of result.removed) log(`removed ${nameOf(thing)}`)
    left = result.left.map(({ thing, because }) => `${nameOf(thing)} is left: ${because}`)
    for (const line of left) log(line)
  }
  for (const line of foreign) log(line)
  return { removed, left, foreign }
}

/** What a journal is told of a thing that wears our label and is not ours. */
export const foreignProblem = (message: string) => {
  return { code: 'UNDO_REFUSED', message, hint: 'The run that made it removes it.', whose: 'environment' } as const
}

/**
 * Writes down how it ended, once the rescue is over. Nothing is added to a run that had ended, and of which nothing was
 * there any more: its harness was killed when it had only its reports to write, and it can be judged as it is.
 */
export async function recordRescue(record: LateRecord, rescued: Rescued, by: 'guard' | 'sweep'): Promise<void> {
  const { undone, removed, left, foreign } = rescued
  if (record.ended && [undone, removed, left, foreign].every((one) => one.length === 0)) return
  for (const { id, ok, because } of undone) await record.writeDurably({ kind: 'undo-done', id, ok, by, because })
  for (const message of foreign) await record.writeDurably({ kind: 'problem', ...foreignProblem(message) })
  await record.writeDurably({ kind: 'world-compared', clean: left.length === 0, differences: left })
  if (!record.ended) await record.writeDurably({ kind: 'run-ended', reason: 'killed', by, ...record.spans() })
}
