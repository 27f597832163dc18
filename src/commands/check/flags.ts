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
  monitoring?: string
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
  annotations?: boolean
  markdown?: string
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

/** Options of what is told to CI beside the matrix. */
export function tellingCi(command: Command): Command {
  return command
    .option('--markdown <file>', 'write the body of a comment for a pull request to this file, too')
    .option('--annotations', "print GitHub's annotations at the lines at fault (default where GITHUB_ACTIONS is set)")
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
  const monitoring = mistakes.read(undefined, () => whoseOf(flags.monitoring))
  for (const mistake of clashesIn(flags)) mistakes.add(mistake)
  mistakes.refuse('Nothing was started.')
  const { only, skip, tag, quick } = flags
  const wanted: Wanted = {
    only,
    skip,
    ...(tag === undefined ? {} : { tag }),
    ...(quick ? { quick } : {}),
    ...(holdMs === undefined ? {} : { holdMs }),
  }
  return { wanted, times, repeats, timeoutsAtMostMs, monitoring, share }
}

/** Two stacks in turn are another thing than one that is kept, held to a snapshot, or somebody's. */
const besideAgainst = ['attach', 'update', 'keep', 'repeat', 'dryRun'] as const
/** A snapshot is of the whole, a rehearsal has no verdict, and containers are broken by one check at a time. */
const besideShard = ['attach', 'against', 'update', 'dryRun'] as const

function clashesIn(flags: CheckFlags): BadgatewayError[] {
  const isGiven = (name: keyof CheckFlags) => flags[name] !== undefined && flags[name] !== false
  const besides = (option: 'against' | 'shard', others: readonly (keyof CheckFlags)[]) =>
    isGiven(option) ? others.filter(isGiven).map((name) => `--${option} and ${optionOf(name)}`) : []
  const pairs = [
    ...besides('against', besideAgainst),
    ...besides('shard', besideShard),
    ...(flags.update && flags.dryRun ? ['--update and --dry-run'] : []),
    ...(flags.update && flags.snapshot === false ? ['--update and --no-snapshot'] : []),
  ]
  return pairs.map((pair) => new BadgatewayError('USAGE', `${pair} do not go together`, 'Leave one out.'))
}

const optionOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

function whoseOf(given: string | undefined): 'theirs' | 'ours' | undefined {
  if (given === undefined || given === 'theirs' || given === 'ours') return given
  throw new BadgatewayError('USAGE', `--monitoring: '${given}' is neither theirs nor ours`, 'Leave it out.')
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
  const { only, skip, tag, quick, hold, strict, timeoutsAtMost, monitoring, dryRun, repeat, attach } = flags
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
    ...(monitoring === undefined ? [] : ['--monitoring', monitoring]),
    ...(repeat === undefined ? [] : ['--repeat', repeat]),
    ...(dryRun ? ['--dry-run'] : []),
    ...(shard === undefined ? [] : ['--shard', shard]),
    ...(times === undefined ? [] : ['--times', times]),
    ...(against === undefined ? [] : ['--against', against]),
    ...(update ? ['--update'] : []),
    ...(snapshot === false ? ['--no-snapshot'] : []),
  ])
}
