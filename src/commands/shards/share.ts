import { join, resolve } from 'node:path'
import { shardFileName } from '../../journal/index.ts'
import { checkData } from '../../kit/data/data-file.ts'
import { BadgatewayError, reasonOf } from '../../kit/errors.ts'
import { entriesOf, isThere, readPlain } from '../../kit/files.ts'
import { type Share, timesFile, timesFileName } from '../../kit/shards/split.ts'

/** The options of what can be played by several machines together. */
export const shardOption = [
  '--shard <k/n>',
  'play the k-th of n parts, split by how long each took last; badgateway merge joins them',
] as const
export const timesOption = [
  '--times <file>',
  'split by the times of this file (times.json of a run; default: of the last whole run in --out)',
] as const

const mostShards = 1_000

/** What `--shard` says; undefined: everything is played here. USAGE when it is no part, or `--times` stands alone. */
export function shareOf({ shard, times }: { shard?: string; times?: string }): Share | undefined {
  if (shard === undefined) {
    if (times === undefined) return undefined
    throw new BadgatewayError('USAGE', '--times is for --shard: it says how cells are split', 'Add --shard 1/3.')
  }
  const [, at = Number.NaN, of = Number.NaN] = (/^(\d{1,4})\/(\d{1,4})$/.exec(shard) ?? []).map(Number)
  if (at >= 1 && at <= of && of <= mostShards) return { at, of }
  const message = `--shard: '${shard}' is no part of a whole`
  throw new BadgatewayError('USAGE', message, `Write 2/3 for the second of three; ${mostShards} are the most.`)
}

interface Looking {
  /** As it was typed; undefined: the newest whole run's. */
  readonly file: string | undefined
  /** Folder with a folder a run, named by their times. */
  readonly kept: string
  readonly cwd: string
}

/** Ms by what was played; none where nothing was measured. USAGE when the file that was named cannot be read. */
export async function timesFor({ file, kept, cwd }: Looking): Promise<ReadonlyMap<string, number>> {
  if (file !== undefined) return await readTimes(resolve(cwd, file))
  const runs = (await entriesOf(kept)).filter((one) => one.isDirectory()).map(({ name }) => name)
  const newest = runs.sort().reverse()
  for (const name of newest) {
    const place = join(kept, name, timesFileName)
    // A part that was played here before must not change how the others are split.
    if (isThere(place) && !isThere(join(kept, name, shardFileName))) return await readTimes(place)
  }
  return new Map()
}

const mostBytes = 4 * 1024 * 1024

async function readTimes(file: string): Promise<ReadonlyMap<string, number>> {
  const raw: unknown = await readPlain(file, mostBytes)
    .then((text) => JSON.parse(text))
    .catch((thrown: unknown) => Promise.reject(noTimes(file, reasonOf(thrown))))
  const checked = checkData(raw, timesFile)
  if ('wrong' in checked) throw noTimes(file, checked.wrong.join('; '))
  return new Map(Object.entries(checked.data.ms))
}

function noTimes(file: string, why: string): BadgatewayError {
  const hint = 'Name a times.json that a check or badgateway merge has written, or leave it out.'
  return new BadgatewayError('USAGE', `${file} holds no times: ${why}`, hint)
}
