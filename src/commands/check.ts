import { Command } from 'commander'
import { checkAction } from './check/action.ts'
import { type CheckFlags, choosing, tellingCi } from './check/flags.ts'
import type { CommandIo } from './io.ts'
import { attachWhat } from './options.ts'
import { shardOption, timesOption } from './shards/share.ts'

/** `badgateway check [FOLDER]`: breaks somebody's stack in every way that applies, and prints the matrix. */
export function checkCommand(io: CommandIo): Command {
  return tellingCi(choosing(new Command('check').argument('[folder]', 'folder of badgateway.yaml, or that file', '.')))
    .option('--timeouts-at-most <duration>', "shorten the proxy's timeouts to this, on our copy")
    .option('--monitoring <whose>', 'whose Prometheus is asked: theirs or ours (default: theirs, where it answers)')
    .option('--list', 'list the cells that apply, and why others do not; nothing is started')
    .option('--modes', 'print what each mode does (docs/modes.md)')
    .option('--dry-run', 'everything but the deeds: looks and traffic are real, nothing is broken')
    .option('--keep', 'leave the stack up in the end, with every fault undone')
    .option('--repeat <number>', 'play each cell so often, and tell the spread')
    .option('--repeats <number>', 'play a cell again, so often, when it is inconclusive (default: once)')
    .option('--against <ref>', 'play this commit of the project, and the folder as it is, in turn: what is worse?')
    .option(...shardOption)
    .option(...timesOption)
    .option('--update', 'keep what users met as badgateway.snapshot.json: each cell is played three times')
    .option('--no-snapshot', 'leave out the badgateway.snapshot.json that is there')
    .option('--attach <what>', attachWhat)
    .option('--yes', 'agree to what is done to attached containers')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .option('--out <folder>', 'where checks are kept', 'runs')
    .option('--quiet', 'print the sorted matrix only')
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (folder: string, flags: CheckFlags) => {
      io.setExit(await checkAction(folder, flags, io))
    })
}
