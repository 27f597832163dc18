import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import { lintConfigAction } from './lint/action.ts'
import type { LintFlags } from './lint/flags.ts'

/** `badgateway lint-config PATH`: the traps in a configuration of Nginx, without running anything. */
export function lintConfigCommand(io: CommandIo): Command {
  return new Command('lint-config')
    .argument('[path]', 'main file, folder, output of nginx -T, - for what is piped in, or docker:NAME')
    .option('--backend-keep-alive <duration>', 'how long the backends keep an idle connection, e.g. 5s')
    .option('--prefix <path>', "the folder's path on the machine that the configuration is made for")
    .option('--nginx <version>', 'the Nginx that reads it, e.g. 1.30; of a container its own')
    .option('--only <rules>', 'look for these alone, with commas between them (may be repeated)', together)
    .option('--hints', 'tell what most configurations have, too')
    .option('--skip <rules>', 'look for all but these', together)
    .option('--explain <rules>', 'print what these claim and why, with a good and a bad example', together)
    .option('--rules', 'the same of every rule, as Markdown')
    .option('--json', 'print JSON')
    .option('--sarif', 'print SARIF 2.1.0')
    .option('--engine-host <host>', 'of docker:NAME: allow this engine although it is not on this machine')
    .action(async (path: string | undefined, flags: LintFlags) => {
      io.setExit(await lintConfigAction(path, flags, io))
    })
}

const together = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value]
