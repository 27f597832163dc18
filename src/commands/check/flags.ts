import { resolve } from 'node:path'
import type { Command } from 'commander'
import { durationMs } from '../../kit/duration.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { shellCommand } from '../../kit/shell.ts'
import type { Wanted } from '../../modes/index.ts'
import { projectFileName } from '../../project/index.ts'
import type { CommandIo } from '../io.ts'
import { Mistakes } from '../mistakes.ts'
import { collect, strictOption } from '../options.ts'
import { shareOf } from '../shards/share.ts'

export interface CheckFlags {
  only: string[]
  skip: string[]
  tag?: string
  quick?: boolean
  hold?: string
  strict?: boolean
  timeoutsAtMost?: string
  out: string
  list?: boolean
  modes?: boolean
  dryRun?: boolean
  keep?: boolean
  repeat?: string
  repeats?: string
  engineHost?: string
  attach?: string
  yes?: boolean
  quiet?: boolean
  json?: boolean
  update?: boolean
  against?: string
  /** `2/3`. */
  shard?: string
  /** File with times by which shards are split. */
  times?: string
  /** False: a snapshot that is there is left out. */
  snapshot?: boolean
}

/** A band needs to know how far plays stray. */
const timesForSnapshot = '3'

/** Options that choose cells: those of `explain`, too. */
export function choosing(command: Command): Command {
  return command
    .option('--only <name>', 'MODE, TARGET, MODE/TARGET or MODE/* (may be repeated)', collect, [])
    .option('--skip <name>', 'the same, to leave out (may be repeated)', collect, [])
    .option('--tag <expression>', "cells with these tags: 'slow & !tls' (see docs/modes.md)")
    .option('--quick', 'one cell of each kind of outcome')
    .option('--hold <duration>', 'how long each fault is held', '3s')
    .option(...strictOption)
}

/** What the options say, with all mistakes at once. */
export function askedOf(flags: CheckFlags) {
  const mistakes = new Mistakes()
  const ms = (option: string, text: string | undefined) =>
    text === undefined ? undefined : mistakes.read<number | undefined>(undefined, () => lengthOf(option, text))
  const holdMs = ms('--hold', flags.hold)
  const timeoutsAtMostMs = ms('--timeouts-at-most', flags.timeoutsAtMost)
  const times = mistakes.read(1, () =>
    numberOf('--repeat', flags.repeat ?? (flags.update ? timesForSnapshot : '1'), [1, 100]),
  )
  const repeats = mistakes.read(0, () => numberOf('--repeats', flags.repeats ?? '1', [0, 5]))
  const share = mistakes.read(undefined, () => shareOf(flags))
  mistakes.read(undefined, () => refuseSharing(flags))
  mistakes.refuse('Nothing was started.')
  const { only, skip, tag, quick } = flags
  const wanted: Wanted = {
    only,
    skip,
    ...(tag === undefined ? {} : { tag }),
    ...(quick ? { quick } : {}),
    ...(holdMs === undefined ? {} : { holdMs }),
  }
  return { wanted, times, repeats, timeoutsAtMostMs, share }
}

/** What a part of a plan cannot be asked for. */
function refuseSharing({ shard, attach, against, update, dryRun }: CheckFlags): void {
  if (shard === undefined) return
  const whys = {
    '--attach': attach !== undefined && 'the same containers cannot be broken by several checks at once',
    '--against': against !== undefined && 'two stacks are played in turn on one machine',
    '--update': update && 'a snapshot is made of the whole: leave out --shard for that',
    '--dry-run': dryRun && 'a rehearsal has no verdict that could be joined',
  }
  for (const [option, why] of Object.entries(whys)) {
    if (why) throw new BadgatewayError('USAGE', `--shard with ${option}: ${why}`, 'Leave one of them out.')
  }
}

function lengthOf(option: string, text: string): number {
  const found = durationMs(text)
  if (found !== undefined && found >= 1_000) return found
  const message = `${option}: '${text}' is no duration of a second or more`
  throw new BadgatewayError('DURATION_INVALID', message, 'Write e.g. 5s.')
}

function numberOf(option: string, text: string, [least, most]: readonly [number, number]): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= least && number <= most) return number
  throw new BadgatewayError('USAGE', `${option}: '${text}' is no number from ${least} to ${most}`, 'Leave it out.')
}

/** badgateway.yaml: in this folder, or the file itself. */
export function fileOf(given: string, { cwd }: Pick<CommandIo, 'cwd'>): string {
  return /\.ya?ml$|\.json$/.test(given) ? resolve(cwd, given) : resolve(cwd, given, projectFileName)
}

/** The command that gives the same check again. */
export function repeated(folder: string, flags: CheckFlags): string {
  const { only, skip, tag, quick, hold, strict, timeoutsAtMost, dryRun, repeat, attach } = flags
  const { update, snapshot, against, shard, times } = flags
  return shellCommand([
    ...['npx', 'badgateway', 'check', ...(folder === '.' ? [] : [folder])],
    ...(attach === undefined ? [] : ['--attach', attach]),
    ...only.flatMap((name) => ['--only', name]),
    ...skip.flatMap((name) => ['--skip', name]),
    ...(tag === undefined ? [] : ['--tag', tag]),
    ...(quick ? ['--quick'] : []),
    ...(hold === undefined || hold === '3s' ? [] : ['--hold', hold]),
    ...(strict ? ['--strict'] : []),
    ...(timeoutsAtMost === undefined ? [] : ['--timeouts-at-most', timeoutsAtMost]),
    ...(repeat === undefined ? [] : ['--repeat', repeat]),
    ...(dryRun ? ['--dry-run'] : []),
    ...(shard === undefined ? [] : ['--shard', shard]),
    ...(times === undefined ? [] : ['--times', times]),
    ...(against === undefined ? [] : ['--against', against]),
    ...(update ? ['--update'] : []),
    ...(snapshot === false ? ['--no-snapshot'] : []),
  ])
}
