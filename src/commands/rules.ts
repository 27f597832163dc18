import { Command } from 'commander'
import type { CommandIo } from './io.ts'
import type { RulesFlags } from './rules-action.ts'

/** `badgateway rules DIR`: what each rule needs, what is there, and from which time scale on it can be asked. */
export function rulesCommand(io: CommandIo): Command {
  return new Command('rules')
    .description('say of each alert rule what it needs, what is there, and from which time scale on it can be asked')
    .argument('[folder]', 'folder or file with Prometheus rules or PrometheusRule resources (default: ours)')
    .option('--scenario <name>', 'ask for this scenario: what its story leaves time for')
    .option('--variant <name>', 'this variant of it (default: its first one)')
    .option('--time-scale <duration>', 'what one minute of the incident takes', '1s')
    .option('--json', 'print JSON')
    .action(async (folder: string | undefined, flags: RulesFlags) => {
      const { rulesAction } = await import('./rules-action.ts')
      io.setExit(await rulesAction(folder, flags, io))
    })
}
