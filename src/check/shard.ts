import { type Dealing, dealt, fallsTo, keepShard, type ShardRecord } from '../journal/index.ts'
import { showMs } from '../kit/duration.ts'
import { counted } from '../kit/figures.ts'
import type { Plan } from '../run/index.ts'

/** Which shard this is, and what says how the cells are dealt out. */
export type Sharing = Omit<Dealing, 'version' | 'group'>

interface Playing {
  readonly shard?: Sharing | undefined
  readonly folder: string
  readonly version: string
  readonly group?: string
  readonly say: (text: string) => void
}

/** What falls to this shard, in the order of the whole plan, which is kept in the folder; without a shard all. */
export async function playedHere<R extends { readonly plan: Plan }>(
  { shard, folder, version, group, say }: Playing,
  runs: readonly R[],
): Promise<readonly R[]> {
  if (!shard) return runs
  const plans = runs.map(({ plan }) => plan.record)
  const record = dealt(plans, { ...shard, version, group: group ?? null })
  await keepShard(folder, record)
  say(shardWords(record))
  return runs.filter(({ plan }) => fallsTo(record, plan.record))
}

/** `Shard 2 of 3 plays 4 of 11 variants, some 40 s: refuse/api-1, …. The whole plan: 3f2a….` */
function shardWords({ at, of, runs, planHash }: ShardRecord): string {
  const mine = runs.filter(({ shard }) => shard === at)
  const pieces = new Map(mine.map(({ name, ms }) => [name, ms]))
  const ms = [...pieces.values()].reduce((sum, one) => sum + one, 0)
  const all = counted(runs.length, 'variant')
  const what =
    mine.length === 0
      ? `has nothing to play of ${all}`
      : `plays ${mine.length} of ${all}, some ${showMs(ms)}: ${[...pieces.keys()].join(', ')}`
  return `Shard ${at} of ${of} ${what}. The whole plan: ${planHash.slice(0, 12)}.`
}
