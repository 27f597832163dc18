import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway report DIR`: all reports again, from the journals alone. */
export function reportCommand(io: CommandIo): Command {
  return new Command('report')
    .description('make all reports of a run again, from its journals alone')
    .argument('<folder>', 'folder of a run, or of one variant of it')
    .action(async (folder: string) => {
      const { retell } = await import('./retell.ts')
      const { run, place } = await retell(folder, io)
      io.out(`${run.variants.length} variant(s) told again in ${place}\n`)
    })
}

/** `badgateway judge DIR`: the verdict again, by today's checks. */
export function judgeCommand(io: CommandIo): Command {
  return new Command('judge')
    .description('judge a run again, from its journals alone; exits like the run would')
    .argument('<folder>', 'folder of a run, or of one variant of it')
    .option('--json', 'print the verdicts as JSON')
    .action(async (folder: string, flags: { json?: boolean }) => {
      const { retell, exitOf } = await import('./retell.ts')
      const { terminalReporter } = await import('../reporters/index.ts')
      const { run, place } = await retell(folder, io)
      terminalReporter({ io, quiet: true, json: flags.json ?? false }).onEnd({ run, folder: place })
      io.setExit(exitOf(run))
    })
}
