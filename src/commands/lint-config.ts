import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import type { LintFlags } from './lint-config-action.ts'

/** `badgateway lint-config PATH`: the traps in a configuration of Nginx, without running anything. */
export function lintConfigCommand(io: CommandIo): Command {
  return new Command('lint-config')
    .description('look for the traps of Nginx in a configuration; exits 1 when there is one')
    .argument('[path]', 'main file, a folder, the output of nginx -T, or - for what is piped in')
    .option('--backend-keep-alive <duration>', 'how long the backends keep an idle connection, e.g. 5s')
    .option('--prefix <path>', "the folder's path on the machine that the configuration is made for")
    .option('--nginx <version>', 'the Nginx that reads it, e.g. 1.30')
    .option('--rules', 'print what each rule claims and why, as Markdown')
    .option('--json', 'print JSON')
    .option('--sarif', 'print SARIF 2.1.0')
    .action(async (path: string | undefined, flags: LintFlags) => {
      const { lintConfigAction } = await import('./lint-config-action.ts')
      io.setExit(await lintConfigAction(path, flags, io))
    })
}
