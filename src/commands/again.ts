import { Command } from 'commander'
import { exitCodes } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { CommandIo } from './io.ts'

/** `badgateway report DIR`: all reports again, from the journals alone. */
export function reportCommand(io: CommandIo): Command {
  return new Command('report')
    .description('make all reports of a run again, from its journals alone')
    .argument('<folder>', 'folder of a run, of one variant of it, or of a group')
    .action(async (folder: string) => {
      const { retell, lackOf } = await import('./retell.ts')
      const { run, place, ...rest } = await retell(folder, io)
      io.out(`${run.variants.length} variant(s) told again in ${inert(place)}\n`)
      const lack = lackOf(rest)
      if (lack) io.err(`${inert(lack)}\n`)
      if (rest.missing.length > 0) io.setExit(exitCodes.environment)
    })
}

/** `badgateway judge DIR`: the verdict again, by today's checks. */
export function judgeCommand(io: CommandIo): Command {
  return new Command('judge')
    .description('judge a run again, from its journals alone; exits like the run would')
    .argument('<folder>', 'folder of a run, of one variant of it, or of a group')
    .option('--json', 'print the verdicts as JSON')
    .action(async (folder: string, flags: { json?: boolean }) => {
      const { cutOf, retell, exitOfRetold, lackOf } = await import('./retell.ts')
      const { terminalReporter } = await import('../reporters/index.ts')
      const retold = await retell(folder, io)
      const { run, place, group } = retold
      const reporter = terminalReporter({ io, quiet: true, json: flags.json ?? false })
      if (group) reporter.onGroupEnd?.({ group, folder: place })
      else reporter.onEnd({ run, folder: place })
      for (const lack of [cutOf(run), lackOf(retold)]) if (lack) io.err(`${inert(lack)}\n`)
      io.setExit(exitOfRetold(retold))
    })
}
