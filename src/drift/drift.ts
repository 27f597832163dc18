import type { CellRow } from '../checks/index.ts'
import { type ExitCode, exitCodes } from '../kit/errors.ts'
import { ownOf } from '../kit/own.ts'
import { type Change, changesOf } from './compare.ts'
import { type Accepted, type Entry, entryOf, isGap } from './entry.ts'
import type { Snapshot } from './snapshot.ts'

/** How a cell stands to what was agreed on. */
export type DriftState =
  | 'as before'
  | 'worse'
  | 'better'
  | 'changed'
  | 'new'
  | 'not known'
  | 'accepted'
  | 'gap gone'
  | 'acceptance over'

export interface CellDrift {
  readonly cell: string
  readonly state: DriftState
  readonly changes: readonly Change[]
  readonly accepted?: Accepted | undefined
}

export type Plays = ReadonlyMap<string, readonly CellRow[]>

const red: readonly DriftState[] = ['worse', 'gap gone', 'acceptance over']
export const isRed = ({ state }: CellDrift): boolean => red.includes(state)

/** Each cell that ran beside what was agreed on; `today` as 2027-01-31. */
export function driftOf(snapshot: Snapshot, plays: Plays, today: string): CellDrift[] {
  return [...plays].map(([cell, rows]) => {
    const was = ownOf(snapshot.cells, cell)
    const changes = was && changesOf(was, rows)
    const state = stateOf({ was, changes, rows, today })
    return { cell, state, changes: changes ?? [], ...(was?.accepted ? { accepted: was.accepted } : {}) }
  })
}

interface Stood {
  was: Entry | undefined
  changes: readonly Change[] | undefined
  rows: readonly CellRow[]
  today: string
}

function stateOf({ was, changes, rows, today }: Stood): DriftState {
  if (!was) return rows.some(({ figures }) => figures) ? 'new' : 'not known'
  if (was.accepted && today > was.accepted.until) return 'acceptance over'
  if (!changes) return 'not known'
  const has = (direction: Change['direction']) => changes.some((one) => one.direction === direction)
  if (has('worse')) return 'worse'
  if (was.accepted) return rows.some(isGap) ? 'accepted' : 'gap gone'
  return has('better') ? 'better' : has('other') ? 'changed' : 'as before'
}

/**
 * The exit code of a check beside its snapshot: a budget that an accepted cell breaks is no failure, what is worse
 * than agreed on is one. What says that the harness or the machine failed stays.
 */
export function exitBeside(
  drift: readonly CellDrift[],
  { exitCode, plays }: { exitCode: ExitCode; plays: Plays },
): ExitCode {
  if (exitCode !== exitCodes.pass && exitCode !== exitCodes.fail && exitCode !== exitCodes.inconclusive) return exitCode
  const lives = new Set(drift.flatMap(({ cell, state }) => (state === 'accepted' ? [cell] : [])))
  const verdicts = [...plays].flatMap(([cell, rows]) => {
    return rows.map(({ verdict }) => (verdict === 'fail' && lives.has(cell) ? 'pass' : verdict))
  })
  if (drift.some(isRed) || verdicts.includes('fail')) return exitCodes.fail
  return verdicts.includes('inconclusive') || exitCode === exitCodes.inconclusive
    ? exitCodes.inconclusive
    : exitCodes.pass
}

/**
 * What is agreed on from now: a cell that is as before keeps its bands, so that a review sees what has changed and
 * nothing else; one that did not run, or could not tell, stays; one that is accepted stays so while there is a gap.
 */
export function updated(before: Snapshot | undefined, plays: Plays, made: Snapshot['made']): Snapshot {
  const cells = new Map(Object.entries(before?.cells ?? {}))
  for (const [cell, rows] of plays) {
    const was = cells.get(cell)
    const is = was && changesOf(was, rows)?.length === 0 ? was : (entryOf(rows) ?? was)
    if (!is) continue
    const { accepted: _, ...figures } = is
    cells.set(cell, was?.accepted && rows.some(isGap) ? { ...figures, accepted: was.accepted } : figures)
  }
  return { format: 1, made, cells: Object.fromEntries(cells) }
}

/** Of two stacks that were played in turn: how the second stands to the first. */
export function sideBySide(cells: ReadonlyMap<string, readonly [readonly CellRow[], readonly CellRow[]]>): CellDrift[] {
  return [...cells].map(([cell, [old, now]]) => {
    const was = entryOf(old)
    const changes = was && changesOf(was, now)
    const state = was ? stateOf({ was, changes, rows: now, today: '' }) : 'not known'
    return { cell, state, changes: changes ?? [] }
  })
}
