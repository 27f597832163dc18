import { resolve } from 'node:path'
import { Command } from 'commander'
import { checkFolder } from '../../check/index.ts'
import { expectLike, made, readSnapshot } from '../../drift/index.ts'
import { BadgatewayError, type ExitCode, exitCodes } from '../../kit/errors.ts'
import { inert } from '../../kit/inert.ts'
import { stamp } from '../../launch.ts'
import { matrixLive, terminalReporter } from '../../reporters/index.ts'
import type { Beside } from '../check/beside.ts'
import { settled } from '../check/beside.ts'
import type { CommandIo } from '../io.ts'
import { collect, kindsOption } from '../options.ts'
import { exitOfRejudged, lackOf, type Rejudged, rejudge } from '../rejudge.ts'
import { playedAgain } from './again.ts'
import { type Gathered, gather } from './gather.ts'
import { layShards } from './lay.ts'

interface MergeFlags {
  out: string
  snapshot?: string
  kinds: string[]
  json?: boolean
}

/** `badgateway merge DIR…`: what several shards played, as one run with one verdict. */
export function mergeCommand(io: CommandIo): Command {
  return new Command('merge')
    .argument('<folder...>', 'folders of shards, or folders with such below them')
    .option('--out <folder>', 'where the joined run is kept', 'runs')
    .option('--snapshot <file>', 'hold the whole to this badgateway.snapshot.json, as check does')
    .option(...kindsOption, collect, [])
    .option('--json', 'print one JSON object at the end, and nothing else')
    .action(async (folders: string[], flags: MergeFlags) => {
      io.setExit(await mergeAction(folders, flags, io))
    })
}

async function mergeAction(folders: readonly string[], flags: MergeFlags, io: CommandIo): Promise<ExitCode> {
  const gathered = await gather(folders.map((one) => resolve(io.cwd, one)))
  const [first] = gathered.shards
  if (!first) throw new BadgatewayError('RUN_DIR_INVALID', gathered.lacks.join('\n'), noShards)
  const { group } = first.record
  const beside = await besideOf(flags, gathered, io)
  const out = resolve(io.cwd, flags.out)
  const place = group === null ? checkFolder(out, new Date()) : resolve(out, group, stamp(new Date()))
  const lacks = await layShards(gathered, place)
  const rejudged = await rejudge(place, io, flags.kinds).catch((thrown: unknown) => {
    // Every shard was cut before its first variant ended: there is nothing to judge, and that is the answer.
    if (lacks.length > 0 && thrown instanceof BadgatewayError && thrown.code === 'RUN_DIR_INVALID') return undefined
    throw thrown
  })
  if (!rejudged) {
    for (const lack of lacks) io.err(`${inert(lack, 400)}\n`)
    io.err('Nothing was played to its end, so there is no verdict.\n')
    return exitCodes.inconclusive
  }
  return await told(rejudged, { beside, gathered, flags, io })
}

const noShards = 'Name folders that badgateway check --shard K/N has written, e.g. runs/check/TIME.'

/** USAGE where shards of a group are to be held to one, SNAPSHOT_UNLIKE where it is of another load. */
async function besideOf({ snapshot: named }: MergeFlags, { shards }: Gathered, io: CommandIo) {
  const [first] = shards
  if (named === undefined || !first) return undefined
  const file = resolve(io.cwd, named)
  const { data } = made.safeParse(first.record.options['made'])
  if (!data) throw new BadgatewayError('USAGE', '--snapshot is for cells of a stack', 'Leave it out.')
  const snapshot = await readSnapshot(file)
  if (!snapshot) throw new BadgatewayError('SNAPSHOT_INVALID', `${file}: no such file`, 'badgateway check --update.')
  expectLike(file, snapshot, data)
  return { file, snapshot, made: data, update: false }
}

interface Telling {
  readonly beside: Beside | undefined
  readonly gathered: Gathered
  readonly flags: MergeFlags
  readonly io: CommandIo
}

async function told(rejudged: Rejudged, { beside, gathered, flags, io }: Telling): Promise<ExitCode> {
  const { run, place, group } = rejudged
  const json = flags.json ?? false
  const exitCode = exitOfRejudged(rejudged)
  const lack = lackOf(rejudged)
  // What people read tells it anyway.
  if (json && lack !== undefined) io.err(`${inert(lack)}\n`)
  if (group) {
    terminalReporter({ io, quiet: true, json }).onGroupEnd?.({ group, folder: place })
    return exitCode
  }
  matrixLive({ io, quiet: true, json, cells: run.variants.length }).onEnd({ run, folder: place })
  const again = () => playedAgain(gathered, { run, folder: place })
  const end = await settled({ run, exitCode, left: [], folder: place }, { beside, again, flags: { json }, io })
  return end.exitCode
}
