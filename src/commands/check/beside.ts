import { basename, dirname, join } from 'node:path'
import type { CheckEnd } from '../../check/index.ts'
import {
  driftMarkdown,
  driftOf,
  exitBeside,
  expectLike,
  type Made,
  type Plays,
  readSnapshot,
  type Snapshot,
  snapshotFileName,
  updated,
  writeSnapshot,
} from '../../drift/index.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import { writePlain } from '../../kit/files.ts'
import { inert, inertJson } from '../../kit/inert.ts'
import type { ToldCheck } from '../../outputs/index.ts'
import { matrixData, sortedRows } from '../../reporters/index.ts'
import type { CommandIo } from '../io.ts'
import { driftText } from './drift-text.ts'
import type { CheckFlags } from './flags.ts'

/** A snapshot that a check is held to, or is to make. */
export interface Beside {
  readonly file: string
  /** Undefined: there is none yet. */
  readonly snapshot: Snapshot | undefined
  readonly made: Made
  readonly update: boolean
}

interface Asking {
  /** badgateway.yaml. */
  readonly file: string
  readonly flags: Pick<CheckFlags, 'update' | 'snapshot' | 'dryRun'>
  readonly made: Made
}

/** Undefined: nothing is compared. SNAPSHOT_INVALID, SNAPSHOT_UNLIKE before anything is started. */
export async function besideOf({ file, flags, made }: Asking): Promise<Beside | undefined> {
  if (flags.snapshot === false || flags.dryRun) return undefined
  const place = join(dirname(file), snapshotFileName)
  const update = flags.update ?? false
  const snapshot = await readSnapshot(place)
  if (snapshot && !update) expectLike(place, snapshot, made)
  return snapshot || update ? { file: place, snapshot, made, update } : undefined
}

/** All plays of each cell. */
function playsOf({ run }: CheckEnd): Plays {
  return new Map(sortedRows(run).map(({ row, plays }) => [row.cell, plays]))
}

interface Settling {
  readonly beside: Beside | undefined
  /** Plays these cells twice more. */
  readonly again: (cells: readonly string[]) => Promise<CheckEnd>
  readonly flags: Pick<CheckFlags, 'json'>
  readonly io: CommandIo
}

/** How a check that was played ended. */
export interface Settled {
  readonly exitCode: ExitCode
  /** Absent: nothing was compared. */
  readonly drift?: ToldCheck['drift']
}

/** Tells how a check that was played stands to its snapshot, or makes it one. */
export async function settled(end: CheckEnd, { beside, again, flags, io }: Settling): Promise<Settled> {
  const json = (more: object) =>
    flags.json ? io.out(`${inertJson({ ...matrixData(end.run), folder: end.folder, ...more })}\n`) : undefined
  const isEmpty = end.run.variants.length === 0
  if (!beside || isEmpty || end.exitCode === exitCodes.unclean || end.exitCode === exitCodes.environment) {
    json({})
    return { exitCode: end.exitCode }
  }
  const first = playsOf(end)
  const confirmed = beside.update ? { plays: first, exitCode: end.exitCode } : await confirm(end, beside, again)
  const snapshot = beside.update ? await kept(beside, first, io) : beside.snapshot
  if (!snapshot) return { exitCode: end.exitCode }
  const drift = driftOf(snapshot, confirmed.plays, new Date().toISOString().slice(0, 10))
  await writePlain(end.folder, 'drift.json', `${inertJson({ file: beside.file, cells: drift }, 2)}\n`)
  await writePlain(end.folder, 'drift.md', driftMarkdown(drift, basename(beside.file)))
  const isWhole = (end.run.lacks ?? []).length === 0
  const exitCode = isWhole ? exitBeside(drift, { exitCode: confirmed.exitCode, plays: first }) : end.exitCode
  json({ drift })
  if (!flags.json)
    io.out(driftText(drift, { beside: basename(beside.file), word: words[exitCode] ?? '?', color: io.color }))
  return { exitCode, drift: { cells: drift, beside: basename(beside.file) } }
}

/** What seems worse is played twice more: red is what was worse in most of all plays. */
async function confirm(end: CheckEnd, { snapshot }: Beside, again: Settling['again']) {
  const plays = playsOf(end)
  const seems = snapshot ? driftOf(snapshot, plays, '').filter(({ state }) => state === 'worse') : []
  if (seems.length === 0) return { plays, exitCode: end.exitCode }
  const more = await again(seems.map(({ cell }) => cell))
  const added = playsOf(more)
  const both = new Map([...plays].map(([cell, rows]) => [cell, [...rows, ...(added.get(cell) ?? [])]]))
  const isBroken = more.exitCode === exitCodes.unclean || more.exitCode === exitCodes.environment
  return { plays: both, exitCode: isBroken ? more.exitCode : end.exitCode }
}

/** Figures of another load stay out of a snapshot; what was accepted stays with its cell. */
async function kept({ file, snapshot, made }: Beside, plays: Plays, io: CommandIo): Promise<Snapshot> {
  const isLike = snapshot === undefined || inertJson(snapshot.made) === inertJson(made)
  const before = snapshot && !isLike ? ofTheseCells(snapshot, plays) : snapshot
  const now = updated(before, plays, made)
  await writeSnapshot(file, now)
  const changed = Object.keys(now.cells).filter(
    (cell) => inertJson(now.cells[cell]) !== inertJson(snapshot?.cells[cell]),
  )
  io.err(`${inert(file)}: ${Object.keys(now.cells).length} cells, ${changed.length} of them new or changed.\n`)
  if (!isLike) io.err('It was made under another load, so cells that did not run are no longer in it.\n')
  return now
}

const ofTheseCells = (snapshot: Snapshot, plays: Plays): Snapshot => ({
  ...snapshot,
  cells: Object.fromEntries(Object.entries(snapshot.cells).filter(([cell]) => plays.has(cell))),
})

const words: Readonly<Partial<Record<ExitCode, string>>> = {
  [exitCodes.pass]: '✓ PASS',
  [exitCodes.fail]: '✗ FAIL',
  [exitCodes.inconclusive]: '? INCONCLUSIVE',
}
