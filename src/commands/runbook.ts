import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway runbook [CAUSE…]`: every step of the escalation guide on every cause, as a matrix. */
export function runbookCommand(io: CommandIo): Command {
  return new Command('runbook')
    .description('measure which step of the escalation guide finds and cures which cause of a 502 or 504')
    .argument('[cause...]', 'names of causes (default: all)')
    .option('--from <folder>', 'print the matrix of a kept run again, from its journals alone')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--time-scale <duration>', 'what one minute of the incident takes here', '1s')
    .option('--quiet', 'print the matrix only')
    .action(async (causes: string[], flags: { from?: string; out: string; timeScale: string; quiet?: boolean }) => {
      const { runbookAction, runbookAgain } = await import('./runbook-action.ts')
      const again = flags.from === undefined ? undefined : await runbookAgain(flags.from, causes, io)
      io.setExit(again ?? (await runbookAction(causes, flags, io)))
    })
}
