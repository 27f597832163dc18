import type { Command } from 'commander'
import { judgeCommand, reportCommand } from './again.ts'
import { cleanCommand } from './clean.ts'
import { compareStacksCommand } from './compare-stacks.ts'
import { doctorCommand } from './doctor.ts'
import type { CommandIo } from './io.ts'
import { lintConfigCommand } from './lint-config.ts'
import { listCommand } from './list.ts'
import { loadCommand } from './load.ts'
import { rulesCommand } from './rules.ts'
import { runCommand } from './run.ts'
import { runbookCommand } from './runbook.ts'
import { schemaCommand } from './schema.ts'
import { setupCommand } from './setup.ts'

/** Every command, in the order of the help. */
export const commands: readonly ((io: CommandIo) => Command)[] = [
  runCommand,
  runbookCommand,
  listCommand,
  reportCommand,
  judgeCommand,
  loadCommand,
  doctorCommand,
  setupCommand,
  lintConfigCommand,
  rulesCommand,
  compareStacksCommand,
  cleanCommand,
  schemaCommand,
]
