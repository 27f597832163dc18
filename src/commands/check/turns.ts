import { join, resolve } from 'node:path'
import {
  cellPool,
  checkFolder,
  inTurns,
  raisingOf,
  type Side,
  type Stranger,
  type TurnsEnd,
} from '../../check/index.ts'
import { openScope } from '../../cleanup/index.ts'
import { type CellDrift, driftMarkdown, isRed, sideBySide } from '../../drift/index.ts'
import { allEnded } from '../../kit/all-ended.ts'
import { type ExitCode, exitCodes } from '../../kit/errors.ts'
import { writePlain } from '../../kit/files.ts'
import { dockerFolder, versionOf } from '../../kit/home.ts'
import { inert, inertJson } from '../../kit/inert.ts'
import { rowOf } from '../../reporters/index.ts'
import { driftText } from './drift-text.ts'
import { tellCi } from './outputs.ts'
import { type Playing, sayOf } from './playing.ts'
import { readied } from './ready.ts'

export interface Turning extends Pick<Playing, 'asked' | 'flags' | 'io' | 'signal'> {
  /** Names of both, the older one first. */
  readonly names: readonly [string, string]
  readonly sides: readonly [Stranger, Stranger]
  /** The command that gives it again. */
  readonly command: string
}

/** Plays two stacks in turn, and tells only what differs. Exit code 1: the newer one is worse. */
export async function turned({ names, sides, asked, flags, io, signal, command }: Turning): Promise<ExitCode> {
  const quiet = flags.quiet ?? false
  const json = flags.json ?? false
  const say = sayOf({ flags, io })
  const { engine, images } = await readied({ stranger: sides[1], flags, io, signal, say })
  const folder = checkFolder(resolve(io.cwd, flags.out), new Date())
  const sideOf = (index: 0 | 1): Side => {
    const stranger = sides[index]
    const timeoutsAtMostMs = asked.timeoutsAtMostMs ?? stranger.project.timeouts?.atMost
    const raise = raisingOf(stranger, { engine, images, timeoutsAtMostMs, say })
    return { name: names[index], checked: { ...stranger, raise }, pool: cellPool(() => openScope(engine)) }
  }
  const both = [sideOf(0), sideOf(1)] as const
  try {
    const end = await inTurns({
      ...asked,
      sides: both,
      engine,
      stack: { docker: engine.docker, images, dockerFolder: dockerFolder() },
      signal,
      folder,
      version: versionOf(),
      command,
      say,
      onCell: (cell, at, of) => {
        if (!quiet && !json) io.err(`${inert(`${cell} (${at} of ${of}): ${names.join(', ')} and back`)}\n`)
      },
    })
    const { exitCode, drift } = await told(end, { names, folder, json, io })
    const variants = [...end.cells.values()].flatMap(([, now]) => now)
    const ended = { run: { variants }, exitCode, drift: { cells: drift, beside: names[0] }, folder, command }
    await tellCi({ ...ended, isHeld: false, whole: 'turns.md' }, { ...sides[1], flags, io })
    return exitCode
  } finally {
    await allEnded(both.map(({ pool }) => pool.close()))
  }
}

interface Telling extends Pick<Turning, 'names' | 'io'> {
  readonly folder: string
  readonly json: boolean
}

async function told({ cells, alone, exitCode }: TurnsEnd, { names, folder, json, io }: Telling) {
  const rows = new Map(
    [...cells].map(([cell, [old, now]]) => [
      cell,
      [old.flatMap((one) => rowOf(one) ?? []), now.flatMap((one) => rowOf(one) ?? [])] as const,
    ]),
  )
  const drift = sideBySide(rows)
  const code = exitCode === exitCodes.pass ? codeOf(drift) : exitCode
  const lonely = alone.map(({ cell, side, because }) => `${cell} is there in ${side} alone: ${because}`)
  await writePlain(folder, 'turns.json', `${inertJson({ names, cells: drift, alone, exitCode: code }, 2)}\n`)
  await writePlain(folder, 'turns.md', driftMarkdown(drift, names[0]))
  if (json) {
    io.out(`${inertJson({ names, cells: drift, alone, folder })}\n`)
    return { exitCode: code, drift }
  }
  io.out(driftText(drift, { beside: names[0], word: wordOf(code), color: io.color, more: lonely }))
  io.out(`Kept in ${inert(join(folder, 'turns.md'))}\n`)
  return { exitCode: code, drift }
}

function codeOf(drift: readonly CellDrift[]): ExitCode {
  if (drift.some(isRed)) return exitCodes.fail
  return drift.some(({ state }) => state === 'not known') ? exitCodes.inconclusive : exitCodes.pass
}

const wordOf = (code: ExitCode) =>
  code === exitCodes.fail ? '✗ WORSE' : code === exitCodes.pass ? '✓ NOT WORSE' : '? INCONCLUSIVE'
