import { Command } from 'commander'
import type { CommandIo } from './io.ts'

/** `badgateway compare-stacks A B`: how two stacks differ, and what that means for what is tried on one of them. */
export function compareStacksCommand(io: CommandIo): Command {
  return new Command('compare-stacks')
    .description('say how two stacks differ, and what that means for a test; exit code 0: equal, 1: they differ')
    .argument('<a>', 'a scenario (name or file), SCENARIO:VARIANT, or the folder of one variant of a run')
    .argument('<b>', 'the same; FOLDER:staging is the staging stack of that run')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nThe stacks of scenarios are raised, one after the other, looked at and removed. A run has recorded its own.',
    )
    .action(async (a: string, b: string, flags: { json?: boolean }) => {
      const { compareStacksAction } = await import('./compare-stacks-action.ts')
      io.setExit(await compareStacksAction({ a, b }, flags.json ?? false, io))
    })
}
