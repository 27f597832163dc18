import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import type { RunFlags } from './run-action.ts'

const collect = (value: string, before: string[]) => [...before, value]

/** `badgateway run SCENARIO`: one scenario, or all of a group, in all variants or in those that are named. */
export function runCommand(io: CommandIo): Command {
  return new Command('run')
    .description('run a scenario, or all of a group: raise the shop, break it, see who notices, mend it, judge')
    .argument('<scenario>', 'name of a scenario or a group (badgateway list), or a file (.ts, .js, .yaml, .json)')
    .option(
      '--variant <name>',
      'only this variant (may be repeated; default: all; of a group: as-it-happened and with-measures)',
      collect,
      [],
    )
    .option('--all', 'of a group: every variant of each scenario, so that each measure is told by itself')
    .option('--time-scale <duration>', 'what one minute of the incident takes here', '1s')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--image <name=image>', 'use this image instead of ours (may be repeated)', collect, [])
    .option('--rules <folder>', 'use the Prometheus rule files of this folder instead of ours')
    .option('--port <number>', 'port of the site on 127.0.0.1 (default: a free one)')
    .option('--disarm', 'negative control: do everything but inject; the verdict must not be pass')
    .option('--repeats <number>', 'play an inconclusive variant again, so often (default: 1 where CI is set, else 0)')
    .option('--jobs <number>', 'of a group: so many variants at once, at most what the machine carries (see doctor)')
    .option('--quiet', 'print the verdict only')
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (scenario: string, flags: RunFlags) => {
      const { runAction } = await import('./run-action.ts')
      io.setExit(await runAction(scenario, flags, io))
    })
}
