import { join } from 'node:path'
import { hashOf, readShard, type ShardRecord, shardFileName } from '../../journal/index.ts'
import { entriesOf, isThere } from '../../kit/files.ts'

/** A folder that a shard was played in. */
export interface Shard {
  readonly folder: string
  readonly record: ShardRecord
}

export interface Gathered {
  /** One for each shard that is there, by number; all of one plan. None: nothing could be read. */
  readonly shards: readonly Shard[]
  /** What is not there, or not once, or not of this plan, in words. */
  readonly lacks: readonly string[]
}

/** Artifacts of CI come in a few folders of their own. */
const mostDepth = 5

/** The shards in these folders or below them, whatever the order in which they are named. Nothing is followed. */
export async function gather(folders: readonly string[]): Promise<Gathered> {
  const lacks: string[] = []
  const all: Shard[] = []
  for (const folder of [...new Set(folders)].sort()) {
    const places = await shardFoldersIn(folder, mostDepth)
    if (places.length === 0) lacks.push(`${folder}: no ${shardFileName} there, nor in a folder below`)
    for (const place of places) {
      const record = await readShard(place)
      if ('because' in record) lacks.push(`${join(place, shardFileName)} ${record.because}`)
      else if (!all.some((one) => one.folder === place)) all.push({ folder: place, record })
    }
  }
  const [whole] = likeness(all)
  if (!whole) return { shards: [], lacks: lacks.sort() }
  const [first] = whole
  const others = all.filter((one) => !whole.includes(one))
  if (first) lacks.push(...others.map((one) => unlikeness(one, first)))
  const { shards, twice } = once(whole)
  return { shards, lacks: [...lacks, ...twice, ...missing(shards)].sort() }
}

async function shardFoldersIn(folder: string, depth: number): Promise<string[]> {
  if (isThere(join(folder, shardFileName))) return [folder]
  if (depth === 0) return []
  const inside = (await entriesOf(folder)).filter((one) => one.isDirectory()).map(({ name }) => name)
  const found = await Promise.all(inside.sort().map((name) => shardFoldersIn(join(folder, name), depth - 1)))
  return found.flat()
}

/** What shards of one plan have in common. */
const planOf = ({ planHash, version, of, runs }: ShardRecord) =>
  hashOf({ planHash, version, of, split: runs.map(({ shard }) => shard) })

/** Shards by the plan that they are of; that of which there are most comes first. */
function likeness(all: readonly Shard[]): Shard[][] {
  const plans = new Map<string, Shard[]>()
  for (const one of all) plans.set(planOf(one.record), [...(plans.get(planOf(one.record)) ?? []), one])
  return [...plans].sort(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1)).map(([, shards]) => shards)
}

function unlikeness({ folder, record }: Shard, { record: other }: Shard): string {
  const { at, of } = record
  const why =
    record.of !== other.of
      ? `the others are of ${other.of}`
      : record.version !== other.version
        ? `it is of badgateway ${record.version}, and the others of ${other.version}`
        : record.configuration !== other.configuration
          ? 'its stack has another configuration'
          : hashOf(record.options) !== hashOf(other.options)
            ? 'it was asked with other options'
            : record.planHash !== other.planHash
              ? 'other variants were planned, or others of the same name'
              : 'it was split by other times'
  return `Shard ${at} of ${of} in ${folder} is of another plan, and left out: ${why}`
}

/** Each number once: of those that were played twice the one whose folder has the lesser name. */
function once(all: readonly Shard[]): { shards: Shard[]; twice: string[] } {
  const numbers = [...new Set(all.map(({ record: { at } }) => at))].sort((a, b) => a - b)
  const found = numbers.map((at) => all.filter(({ record }) => record.at === at))
  const shards = found.flatMap(([first]) => first ?? [])
  const twice = found.flatMap(([first, ...more]) => {
    if (!first || more.length === 0) return []
    const folders = [first, ...more].map(({ folder }) => folder).join(', ')
    return [`Shard ${first.record.at} of ${first.record.of} is there ${more.length + 1} times: ${folders}`]
  })
  return { shards, twice }
}

function missing(shards: readonly Shard[]): string[] {
  const [first] = shards
  if (!first) return []
  const { of, runs } = first.record
  const there = new Set(shards.map(({ record: { at } }) => at))
  const numbers = Array.from({ length: of }, (_, index) => index + 1).filter((at) => !there.has(at))
  return numbers.map((at) => {
    const names = [...new Set(runs.filter(({ shard }) => shard === at).map(({ name }) => name))]
    return `Shard ${at} of ${of} is missing, and with it ${names.join(', ') || 'nothing that was to be played'}`
  })
}
