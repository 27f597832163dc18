import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway lint-config PATH`: the traps in a configuration of Nginx, without running anything. */
export function lintConfigCommand(io: CommandIo): Command {
  return new Command('lint-config')
    .description('look for the traps of Nginx in a configuration; exits 1 when there is one')
    .argument('<path>', 'main file, or a folder with nginx.conf')
    .option('--backend-keep-alive <duration>', 'how long the backends keep an idle connection, e.g. 5s')
    .option('--json', 'print JSON')
    .action(async (path: string, flags: { backendKeepAlive?: string; json?: boolean }) => {
      const { lintConfigAction } = await import('./lint-config-action.ts')
      io.setExit(await lintConfigAction(path, flags, io))
    })
}
