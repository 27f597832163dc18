import type Dockerode from 'dockerode'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { type Undo, undo as undoSchema } from '../kit/undo.ts'
import { executeUndo, type UndoResult } from './undo.ts'

/** One undo that somebody holds. */
export interface Promised {
  readonly id: string
  readonly undo: Undo
  readonly why: string
}

export type Undoer = 'harness' | 'guard' | 'sweep' | 'remedy'

/** What this room says to the journal about undoing; the journal of a run takes it as it is. */
export type UndoFact =
  | { kind: 'undo-promised'; id: string; undo: Undo; why: string }
  | { kind: 'undo-done'; id: string; ok: boolean; by: Undoer; because: string }

export interface UndoStackParts {
  docker: Dockerode
  runId: string
  journal: { writeDurably(fact: UndoFact): Promise<unknown> }
  guard: { register(entry: Promised): Promise<void>; done(id: string): Promise<void> }
  /** Ids of containers of others that somebody has agreed to; absent: of none. */
  agreed?: () => ReadonlySet<string> | undefined
  /** Milliseconds for one undo. Default 15,000. */
  limitMs?: number
}

const commonLimitMs = 15_000

/** What became of the promises that one fault made. */
export interface EndedFault {
  /** What was undone, newest first. */
  readonly undone: readonly Promised[]
  /** What could not be, in words; empty: nothing. */
  readonly failures: readonly string[]
}

/** What was registered and is not undone yet. */
export class UndoStack {
  readonly #parts: UndoStackParts
  readonly #held = new Map<string, Promised>()
  /** Ids of promises, and the faults that they are of. */
  readonly #faults = new Map<string, string>()
  #count = 0
  #turn: Promise<unknown> = Promise.resolve()
  #undoing: Promise<string[]> | undefined
  #owner: string

  constructor(parts: UndoStackParts) {
    this.#parts = parts
    this.#owner = parts.runId
  }

  /** Whose label the stack wears that is changed from now on: one that was lent belongs to no run. */
  actOn(runId: string): void {
    this.#owner = runId
  }

  /** Newest first: the order in which they are undone. */
  get outstanding(): Promised[] {
    return [...this.#held.values()].reverse()
  }

  /**
   * Resolves when the undo is flushed to the journal and held by the guard: only then may the change be made.
   * UNDO_REFUSED when it is none, JOURNAL_UNWRITABLE or GUARD_FAILED when nobody would keep it. `fault`: whose it is.
   */
  register = async (undo: Undo, why: string, fault?: string): Promise<void> => {
    const checked = undoSchema.safeParse(undo)
    if (!checked.success) {
      const [issue] = checked.error.issues
      const message = `The undo '${undo.verb}' is refused: ${issue?.path.join('.')}: ${issue?.message}`
      throw new BadgatewayError('UNDO_REFUSED', message, 'Nothing was changed.')
    }
    this.#count += 1
    const entry = { id: `u${this.#count}`, undo: checked.data, why }
    this.#held.set(entry.id, entry)
    if (fault !== undefined) this.#faults.set(entry.id, fault)
    const { journal, guard } = this.#parts
    await Promise.all([journal.writeDurably({ kind: 'undo-promised', ...entry }), guard.register(entry)])
  }

  /** Says that a promise needs no keeping any more, e.g. because a remedy did it. Unknown ids are passed over. */
  async done(id: string, by: Undoer, because: string): Promise<void> {
    if (!this.#held.delete(id)) return
    const { journal, guard } = this.#parts
    await Promise.all([journal.writeDurably({ kind: 'undo-done', id, ok: true, by, because }), guard.done(id)])
  }

  /**
   * Keeps every promise, newest first, each with its own limit; one that fails stops no other and stays with the guard.
   * Gives what could not be undone, in words; empty when all was. Never rejects; calling it again tries the rest again.
   */
  undoAll(): Promise<string[]> {
    this.#undoing ??= this.#inTurn(() => this.#keep(() => this.outstanding, 'harness'))
      .then(({ failures }) => [...failures])
      .finally(() => {
        this.#undoing = undefined
      })
    return this.#undoing
  }

  /**
   * Keeps the promises of one fault, newest first, as `undoAll` keeps all of them, because a remedy asked for it. Those
   * that others made about the same containers stay. Never rejects; a fault that promised nothing has nothing undone.
   */
  undoFault(fault: string): Promise<EndedFault> {
    const own = () => this.outstanding.filter(({ id }) => this.#faults.get(id) === fault)
    return this.#inTurn(() => this.#keep(own, 'remedy'))
  }

  /** One after the other: who undoes all finds done what the other has done. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }

  async #keep(promises: () => readonly Promised[], by: Undoer): Promise<EndedFault> {
    const failures: string[] = []
    const undone: Promised[] = []
    const { docker, limitMs = commonLimitMs, agreed } = this.#parts
    const limits = { runId: this.#owner, agreed: agreed?.(), withinMs: limitMs, isPromised: true }
    const inForce = new Set<string>()
    await inOrder(promises(), async (entry) => {
      const result = needsAgain(entry, inForce) ?? (await executeUndo(docker, entry.undo, limits))
      if (!result.ok && entry.undo.verb === 'flush-firewall') inForce.add(entry.undo.container)
      if (result.ok) undone.push(entry)
      else failures.push(`${entry.why}: not undone: ${result.because}`)
      failures.push(...(await this.#record(entry, result, by)))
    })
    return { undone, failures }
  }

  /** A full disk or a lost guard must not keep the others from being undone. */
  async #record({ id, why }: Promised, { ok, because }: UndoResult, by: Undoer): Promise<string[]> {
    const { journal, guard } = this.#parts
    if (ok) this.#held.delete(id)
    const told = await Promise.allSettled([
      journal.writeDurably({ kind: 'undo-done', id, ok, by, because }),
      ok ? guard.done(id) : undefined,
    ])
    return told.flatMap((one) => (one.status === 'rejected' ? [`${why}: not recorded: ${reasonOf(one.reason)}`] : []))
  }
}

/** Who stands beside a container is the way to its packet filter: it stays while that is in force. Pure. */
function needsAgain({ undo }: Promised, inForce: ReadonlySet<string>): UndoResult | undefined {
  if (undo.verb !== 'remove-container' || !inForce.has(undo.container)) return undefined
  return { ok: false, because: 'the packet filter that was set from there is in force' }
}

/** Containers from which a packet filter has still to be taken away. Pure. */
export function filtersIn(promised: readonly Promised[]): Set<string> {
  return new Set(promised.flatMap(({ undo }) => (undo.verb === 'flush-firewall' ? [undo.container] : [])))
}

/**
 * What an older promise will remove is mended all the same, but for its behaviour: a proxy that is told to read its
 * files meanwhile asks for every server by its name, and waits five seconds for one that is not there.
 *
 * One after the other, but removals of networks and of volumes that follow each other at once, and so the behaviours of
 * different servers: they are slow and independent. Containers are not: of two that leave the same network at the same
 * moment the engine (Docker 20.10) may never come back, for `getSvcRecords` and `processEndpointDelete` of its
 * libnetwork take the locks of network and controller in opposite order.
 */
export async function inOrder(entries: readonly Promised[], work: (entry: Promised) => Promise<void>): Promise<void> {
  let group: Promised[] = []
  const isMoot = (entry: Promised, index: number) => isRemovedBy(entries.slice(index + 1), entry)
  for (const entry of [...entries.filter((one, index) => !isMoot(one, index)), ...entries.filter(isMoot)]) {
    if (!group.every(({ undo }) => areIndependent(undo, entry.undo))) {
      await Promise.all(group.map(work))
      group = []
    }
    group.push(entry)
  }
  await Promise.all(group.map(work))
}

/** A behaviour is of no use to a container that goes: it comes last, for where that one is still there. */
function isRemovedBy(older: readonly Promised[], { undo }: Promised): boolean {
  if (undo.verb !== 'set-behaviour') return false
  return older.some((one) => one.undo.verb === 'remove-container' && one.undo.container === undo.container)
}

function areIndependent(one: Undo, other: Undo): boolean {
  if (one.verb === 'set-behaviour' && other.verb === 'set-behaviour') return one.container !== other.container
  return one.verb === other.verb && (one.verb === 'remove-network' || one.verb === 'remove-volume')
}

export const isRemoval = ({ verb }: Undo) => verb.startsWith('remove-')
