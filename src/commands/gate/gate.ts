import { Command } from 'commander'
import type { CommandIo } from '../io.ts'
import { collect } from '../options.ts'
import { gateAction } from './action.ts'
import type { GateFlags } from './flags.ts'

/** `badgateway gate [FOLDER]`: the highest rate that keeps the thresholds, and deploys at a share of it. */
export function gateCommand(io: CommandIo): Command {
  return new Command('gate')
    .argument('[folder]', 'folder of badgateway.yaml, or that file', '.')
    .option(
      '--threshold <metric=is>',
      "in place of the file's, in k6's words: 'http_req_duration=p(95)<300' (may be repeated)",
      collect,
      [],
    )
    .option('--rate <number>', 'deploy at this rate, requests per second; no knee is sought')
    .option('--from <number>', 'where the search begins')
    .option('--most <number>', 'no higher rate is tried: what you need to know')
    .option('--share <percent>', 'share of the knee that deploys are played at')
    .option('--spike <times>', 'so many times that rate in the spike')
    .option('--step <duration>', 'each step lasts so long at least')
    .option('--longest-step <duration>', 'and so long at most')
    .option('--against <what>', 'then play IMAGE:TAG of the proxy, or a commit, and this folder in turn: is it slower?')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .option('--out <folder>', 'where gates are kept', 'runs')
    .option('--quiet', 'print what came of it only')
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (folder: string, flags: GateFlags) => {
      io.setExit(await gateAction(folder, flags, io))
    })
}
