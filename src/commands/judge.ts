import { Command } from 'commander'
import { inert } from '../kit/inert.ts'
import { terminalReporter } from '../reporters/index.ts'
import type { CommandIo } from './io.ts'
import { collect, kindsOption } from './options.ts'
import { cutOf, exitOfRejudged, lackOf, rejudge } from './rejudge.ts'

/** `badgateway judge DIR`: the verdict again, by today's checks. */
export function judgeCommand(io: CommandIo): Command {
  return new Command('judge')
    .argument('<folder>', 'folder of a run, of one variant of it, or of a group')
    .option('--json', 'print the verdicts as JSON')
    .option(...kindsOption, collect, [])
    .action(async (folder: string, flags: { json?: boolean; kinds: string[] }) => {
      const rejudged = await rejudge(folder, io, flags.kinds)
      const { run, place, group } = rejudged
      const reporter = terminalReporter({ io, quiet: true, json: flags.json ?? false })
      if (group) reporter.onGroupEnd?.({ group, folder: place })
      else reporter.onEnd({ run, folder: place })
      for (const lack of [cutOf(run), lackOf(rejudged)]) if (lack) io.err(`${inert(lack)}\n`)
      io.setExit(exitOfRejudged(rejudged))
    })
}
