import { Command } from 'commander'
import { exitCodes } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption } from './options.ts'
import { lackOf, rejudge } from './rejudge.ts'

/** `badgateway report DIR`: all reports again, from the journals alone. */
export function reportCommand(io: CommandIo): Command {
  return new Command('report')
    .argument('<folder>', 'folder of a run, of one variant of it, or of a group')
    .option(...kindsOption, collect, [])
    .action(async (folder: string, flags: { kinds: string[] }) => {
      const rejudged = await rejudge(folder, io, flags.kinds)
      const { run, place, missing } = rejudged
      io.out(`${run.variants.length} variant(s) reported again in ${inert(place)}\n`)
      const lack = lackOf(rejudged)
      if (lack) io.err(`${inert(lack)}\n`)
      if (missing.length > 0) io.setExit(exitCodes.environment)
    })
}
