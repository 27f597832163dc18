import { basename, isAbsolute } from 'node:path'
import type Dockerode from 'dockerode'
import {
  claimSweep,
  findOurs,
  labelKeys,
  nameOf,
  type OnRecord,
  type Owners,
  ownerOfOtherBoot,
  ownerState,
  readOnRecord,
  readOwners,
  removeCopies,
  removeOwners,
  type Thing,
  tellForeign,
} from '../engine/index.ts'
import type { Clock } from '../kit/clock.ts'
import { reasonOf } from '../kit/errors.ts'
import { type LateRecord, recordRescue, rescue } from './rescue.ts'
import { forgetScope, isScope, orphanedScopes } from './scope-folder.ts'

export interface SweepOptions {
  log: (line: string) => void
  /** Opens the journal of a dead run to go on with it: `appendAfterDeath` of the journal. */
  openRecord: (journalFile: string) => Promise<LateRecord>
  /** Only this run. Naming it is consent to remove it although nobody here can tell whether its owner lives. */
  runId?: string
  /** Says what it would remove, and touches nothing. */
  dryRun?: boolean
  /** Journals to look at besides those that labels name: a run may have left one and nothing else. */
  journals?: readonly string[]
  clock?: Clock
}

/**
 * `alive`, `guarded`: its harness, or its guard or another sweep, is still at work; `elsewhere`: another machine or
 * boot, so nobody can tell; `unrecorded`: they wear the label, and nothing says that the run made them. These are left
 * alone. The rest was swept, or would be.
 */
export type SweptState = 'alive' | 'guarded' | 'elsewhere' | 'unrecorded' | 'found' | 'removed' | 'left-over'

export interface SweptRun {
  runId: string
  state: SweptState
  /** Removed, or, when it is left alone or only looked at, what is there: in words. */
  things: string[]
  /** What could not be removed, and why. */
  left: string[]
  /** What wears its label and is not of its making: left alone. Absent: there is no such thing. */
  foreign?: string[]
}

interface Candidate {
  runId: string
  owner: string | undefined
  /** Of the run's own making, or of whose making nobody knows. */
  things: Thing[]
  foreign: Thing[]
  journal: string | undefined
  /** What it has on record as made; undefined: it has none here. */
  onRecord: OnRecord | undefined
}

/**
 * Removes what dead runs left: both harness and guard must be known to be gone. What their journals promised is undone,
 * and they are told. Rejects when the engine does not answer; one run that cannot be swept does not stop the others.
 */
export async function sweep(docker: Dockerode, options: SweepOptions): Promise<SweptRun[]> {
  const found = await candidates(docker, options)
  const report: SweptRun[] = []
  for (const one of found) {
    if (options.runId !== undefined && one.runId !== options.runId) continue
    report.push(await sweepOne(docker, one, options))
  }
  return report
}

async function sweepOne(docker: Dockerode, one: Candidate, options: SweepOptions): Promise<SweptRun> {
  const { runId } = one
  const named = options.runId === runId
  const state = stateOf(one, named)
  const foreign = one.foreign.map(tellForeign)
  if (state !== 'found' || options.dryRun) {
    for (const line of [...leftAlone(one, state), ...foreign]) options.log(line)
    const things = (state === 'unrecorded' ? [...one.things, ...one.foreign] : one.things).map(nameOf)
    return { runId, state, things, left: [], ...(foreign.length > 0 && state === 'found' ? { foreign } : {}) }
  }
  return await sweepAlone(docker, one, options)
}

function leftAlone({ runId, things }: Candidate, state: SweptState): string[] {
  const how = `to remove it: badgateway clean --run ${runId}`
  const count = `(${things.length} things)`
  if (state === 'elsewhere') return [`left alone: run ${runId} of another machine, container or boot ${count}; ${how}`]
  if (state !== 'unrecorded' || things.length === 0) return []
  return [`left alone: run ${runId}, which has no record here of what it made ${count}; ${how}`]
}

/**
 * One candidate for each run and owner: whoever wears our run's label without being ours is judged by its own owner.
 */
async function candidates(docker: Dockerode, options: SweepOptions): Promise<Candidate[]> {
  const found = new Map<string, Candidate>()
  for (const thing of await findOurs(docker)) {
    const { [labelKeys.run]: runId = '', [labelKeys.owner]: owner } = thing.labels
    if (runId === '') continue
    const key = `${runId} ${owner ?? ''}`
    const one = found.get(key) ?? { runId, owner, things: [], foreign: [], journal: undefined, onRecord: undefined }
    one.things.push(thing)
    one.journal ??= journalOf(thing)
    found.set(key, one)
  }
  const seen = new Map([...found.values()].map(({ journal, runId }) => [journal, runId]))
  for (const journal of [...(options.journals ?? []), ...deadScopes(options)]) {
    const owners = readOwners(journal)
    if (!owners || seen.has(journal)) continue
    seen.set(journal, owners.runId)
    const { runId, harness: owner } = owners
    found.set(journal, { runId, owner, things: [], foreign: [], journal, onRecord: undefined })
  }
  for (const one of found.values()) divide(one, [...seen])
  return [...found.values()]
}

/** Those in which nobody was ever put in charge hold nothing, and go at once. */
function deadScopes({ dryRun, runId, log }: SweepOptions): string[] {
  let scopes: string[] = []
  try {
    scopes = orphanedScopes()
  } catch (thrown) {
    log(`the temporary folder cannot be looked at for what dead runs left: ${reasonOf(thrown)}`)
  }
  if (!dryRun && runId === undefined) for (const scope of scopes) if (!readOwners(scope)) forgetScope(scope)
  return scopes
}

/** A volume that the engine made anew has no labels: its name says of which run it is, and so which record counts. */
function divide(one: Candidate, journals: readonly (readonly [string | undefined, string])[]): void {
  const unlabelled = one.owner === undefined && one.things.every(({ kind }) => kind === 'volume')
  if (unlabelled) one.journal ??= journals.find(([journal, runId]) => journal && runId === one.runId)?.[0]
  const onRecord = one.journal === undefined ? undefined : readOnRecord(one.journal, one.runId)
  one.onRecord = onRecord
  if (!onRecord) return
  one.foreign = one.things.filter((thing) => !onRecord.has(thing))
  one.things = one.things.filter((thing) => onRecord.has(thing))
}

/** Labels are anybody's to write: only a file of the name of a journal is ever opened. */
function journalOf({ labels }: Thing): string | undefined {
  const path = labels[labelKeys.journal]
  return path !== undefined && isAbsolute(path) && basename(path) === 'journal.jsonl' ? path : undefined
}

function stateOf(one: Candidate, named: boolean): SweptState {
  const { journal, things, foreign, onRecord } = one
  const owners = journal === undefined ? undefined : readOwners(journal)
  // A log volume that the engine made anew has no owner of its own.
  const owner = one.owner ?? owners?.harness
  const state = owner === undefined ? 'elsewhere' : ownerState(owner)
  if (state === 'alive') return 'alive'
  if (owners && owners.runId === one.runId && ownerState(owners.guard) === 'alive') return 'guarded'
  const isDead = state === 'dead' || (owner !== undefined && diedWithTheMachine(owner, owners, things))
  if (!isDead && !named) return 'elsewhere'
  if (things.length === 0 && foreign.length > 0 && !owners) return 'unrecorded'
  // Naming a run is consent to go by its labels alone, where nothing else is left of it.
  return onRecord || named || things.length === 0 ? 'found' : 'unrecorded'
}

/**
 * An owner of another boot is of this machine, before it was started anew, when its journal lies here and none of its
 * containers runs: nothing of ours is started by the engine itself.
 */
function diedWithTheMachine(owner: string, owners: Owners | undefined, things: readonly Thing[]): boolean {
  const asleep = things.every(({ state }) => state === '' || state === 'exited' || state === 'created')
  return ownerOfOtherBoot(owner) && owners?.harness === owner && asleep
}

/** What another process is sweeping just now is left to it. */
async function sweepAlone(docker: Dockerode, one: Candidate, options: SweepOptions): Promise<SweptRun> {
  const { runId, journal, things } = one
  const isUnsettled = () => journal !== undefined && readOwners(journal)?.runId === runId
  // Whoever left no owners has nothing that would be written twice: neither journal nor guard.
  if (journal === undefined || !isUnsettled()) return await sweepRun(docker, one, options)
  const giveBack = claimSweep(journal)
  if (giveBack === null) return { runId, state: 'guarded', things: things.map(nameOf), left: [] }
  try {
    // Another one may have been through with it since it was listed.
    return isUnsettled() ? await sweepRun(docker, one, options) : { runId, state: 'removed', things: [], left: [] }
  } finally {
    giveBack()
  }
}

async function sweepRun(docker: Dockerode, one: Candidate, options: SweepOptions): Promise<SweptRun> {
  const { runId, owner, journal, onRecord } = one
  const { log, clock } = options
  const record = journal === undefined || isScope(journal) ? undefined : await openLate(journal, one, options)
  try {
    const isOurs = (thing: Thing) => thing.labels[labelKeys.owner] === owner && (onRecord?.has(thing) ?? true)
    const rescued = await rescue({
      docker,
      runId,
      promised: record?.promised ?? [],
      isOurs,
      agreed: onRecord?.agreed,
      log,
      ...(clock ? { clock } : {}),
    })
    if (record) await recordRescue(record, rescued, 'sweep')
    const { removed, foreign } = rescued
    const copies = rescued.left.length === 0 && journal !== undefined ? removeCopies(journal, runId) : undefined
    const left = copies === undefined ? rescued.left : [copies]
    if (left.length === 0 && journal !== undefined) {
      removeOwners(journal)
      forgetScope(journal)
    }
    const state = left.length === 0 ? 'removed' : 'left-over'
    return { runId, state, things: removed.map(nameOf), left, ...(foreign.length > 0 ? { foreign } : {}) }
  } catch (thrown) {
    const left = [`run ${runId} could not be swept: ${reasonOf(thrown)}`]
    for (const line of left) log(line)
    return { runId, state: 'left-over', things: [], left }
  } finally {
    await record?.close().catch((thrown: unknown) => log(reasonOf(thrown)))
  }
}

/**
 * Undefined when there is no such journal, it is of another run, or it cannot be read: then nothing is undone by it.
 */
async function openLate(
  journal: string,
  { runId }: Candidate,
  { openRecord, log }: SweepOptions,
): Promise<LateRecord | undefined> {
  try {
    const record = await openRecord(journal)
    if (record.runId === runId) return record
    log(`${journal} is not of run ${runId}, so it is left as it is`)
    await record.close()
  } catch (thrown) {
    log(`the journal of run ${runId} cannot be continued: ${reasonOf(thrown)}`)
  }
  return undefined
}

/** Is this the journal of a run that ended without anybody putting its affairs in order? */
export function isUnsettled(journalFile: string): boolean {
  return readOwners(journalFile) !== undefined
}
