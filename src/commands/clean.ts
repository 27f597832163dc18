import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { isUnsettled, type SweptRun, sweep } from '../cleanup/index.ts'
import { connectEngine, isRunId } from '../engine/index.ts'
import { appendAfterDeath } from '../journal/index.ts'
import { realClock } from '../kit/clock.ts'
import { BadgatewayError, type ExitCode, exitCodes, reasonOf } from '../kit/errors.ts'
import { entriesOf } from '../kit/files.ts'
import { inert } from '../kit/inert.ts'
import type { CommandIo } from './io.ts'

/** `badgateway clean`: removes what dead runs left behind, by their labels and their journals. */
export function cleanCommand(io: CommandIo): Command {
  return new Command('clean')
    .option('--all-dead', 'every run whose processes are gone (the default)')
    .option('--run <id>', 'only this run, also when it is of another machine or an earlier boot')
    .option('--dry-run', 'say what would be removed, and touch nothing')
    .option('--out <folder>', 'where runs are kept', 'runs')
    .option('--engine-host <host>', 'allow this engine although it is not on this machine')
    .action(async (flags: CleanFlags) => {
      io.setExit(await cleanAction(flags, io))
    })
}

export interface CleanFlags {
  run?: string
  dryRun?: boolean
  /** Folder that holds the runs: journals without containers are found there. */
  out: string
  engineHost?: string
}

/** What is left of dead runs is removed and told. Exit 0, or 4 when something could not be removed. */
export async function cleanAction(
  flags: CleanFlags,
  io: Pick<CommandIo, 'out' | 'err' | 'env' | 'cwd'>,
): Promise<ExitCode> {
  const runId = flags.run
  if (runId !== undefined && !isRunId(runId)) {
    throw new BadgatewayError('USAGE', `--run: '${runId}' is no run id`, 'See `badgateway clean --dry-run`.')
  }
  const { docker } = await connectEngine(io.env, flags.engineHost ? { allowHost: flags.engineHost } : {})
  const log = (line: string) => io.err(`${inert(line)}\n`)
  const runs = await sweep(docker, {
    log,
    openRecord: (file) => appendAfterDeath(file, realClock),
    journals: await unsettledJournals(resolve(io.cwd, flags.out), log),
    dryRun: flags.dryRun ?? false,
    ...(runId === undefined ? {} : { runId }),
  })
  for (const run of runs) io.out(tell(run))
  if (runs.every(({ state }) => state === 'alive')) io.out('Nothing is left of dead runs.\n')
  return runs.some(({ state }) => state === 'left-over') ? exitCodes.unclean : exitCodes.pass
}

const words = {
  alive: 'is alive, so it is left alone',
  guarded: 'is being cleaned up by its guard, or by another sweep',
  elsewhere: 'may be alive elsewhere, so it is left alone',
  unrecorded: 'has no record here of these, so they are left alone',
  found: 'is dead; to be removed',
  removed: 'was dead; removed',
  'left-over': 'was dead; not everything could be removed',
} as const satisfies Record<SweptRun['state'], string>

function tell({ runId, state, things, left, foreign = [] }: SweptRun): string {
  const told = [...things.map((one) => `  ${inert(one)}`), ...[...left, ...foreign].map((one) => `  ! ${inert(one)}`)]
  const lines = [`Run ${inert(runId)} ${words[state]}`, ...told]
  return `${lines.join('\n')}\n`
}

/**
 * Every journal below the folder of runs that nobody has put in order, those of groups included. A folder
 * that cannot be looked into hides no other, and is told.
 */
async function unsettledJournals(folder: string, log: (line: string) => void): Promise<string[]> {
  const entries = await entriesOf(folder).catch((thrown: unknown) => {
    log(`${reasonOf(thrown)}: runs in it are not put in order`)
    return []
  })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  const below = await Promise.all(folders.map((one) => unsettledJournals(one, log)))
  return [...[join(folder, 'journal.jsonl')].filter(isUnsettled), ...below.flat()]
}
