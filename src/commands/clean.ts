import { Command } from 'commander'
import type { CleanFlags } from './clean-action.ts'
import type { CommandIo } from './io.ts'

/** `badgateway clean`: removes what dead runs left behind, by their labels and their journals. */
export function cleanCommand(io: CommandIo): Command {
  return new Command('clean')
    .description('remove containers, networks and volumes that dead runs left; a live run is never touched')
    .option('--all-dead', 'every run whose processes are gone (the default)')
    .option('--run <id>', 'only this run, also when it is of another machine or an earlier boot')
    .option('--dry-run', 'say what would be removed, and touch nothing')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .action(async (flags: CleanFlags) => {
      const { cleanAction } = await import('./clean-action.ts')
      io.setExit(await cleanAction(flags, io))
    })
}
