import { resolve } from 'node:path'
import { Command } from 'commander'
import { BadgatewayError, exitCodes } from '../kit/errors.ts'
import { inertJson } from '../kit/inert.ts'
import { didYouMean } from '../kit/near-miss.ts'
import { kindsFrom } from '../scenario/index.ts'
import { foldersOfPlays } from './history/folders.ts'
import { type Line, linesOf } from './history/lines.ts'
import { readPlays } from './history/plays.ts'
import { told } from './history/told.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption } from './options.ts'

/** `badgateway history [FOLDER]`: what came of each cell and variant over time, and how often it changed by itself. */
export function historyCommand(io: CommandIo): Command {
  return new Command('history')
    .argument('[folder]', 'where runs are kept, or one of the folders in it', 'runs')
    .option('--only <name>', 'each play of this cell or SCENARIO/VARIANT (may be repeated)', collect, [])
    .option(...kindsOption, collect, [])
    .option('--json', 'print JSON')
    .action(async (folder: string, flags: HistoryFlags) => {
      io.setExit(await historyAction(folder, flags, io))
    })
}

export interface HistoryFlags {
  only: string[]
  kinds: string[]
  json?: boolean
}

/** Nothing is judged but what is kept, and nothing is written. RUN_DIR_INVALID where no run is kept. */
export async function historyAction(folder: string, flags: HistoryFlags, io: CommandIo): Promise<number> {
  const place = resolve(io.cwd, folder)
  const kinds = await kindsFrom(flags.kinds.map((file) => resolve(io.cwd, file)))
  const { plays, unread } = await readPlays(place, await foldersOfPlays(place), kinds)
  if (plays.length === 0 && unread.length === 0) {
    const hint = 'Name a folder like runs, runs/check or runs/SCENARIO/TIME.'
    throw new BadgatewayError('RUN_DIR_INVALID', `${place}: no run is kept there`, hint)
  }
  const lines = chosen(linesOf(plays), flags.only)
  io.out(
    flags.json
      ? `${inertJson({ lines, unread }, 2)}\n`
      : told({ lines, unread, isEach: flags.only.length > 0 }, io.columns),
  )
  return exitCodes.pass
}

function chosen(lines: readonly Line[], only: readonly string[]): readonly Line[] {
  const names = [...new Set(lines.map(({ name }) => name))]
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const hint = `${didYouMean(unknown, names)}badgateway history shows all names.`
    throw new BadgatewayError('USAGE', `--only: no run of '${unknown}' is kept there`, hint)
  }
  return only.length === 0 ? lines : lines.filter(({ name }) => only.includes(name))
}
