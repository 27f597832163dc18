import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  attemptsBefore,
  factsOf,
  keepJoined,
  keepPlanned,
  planHashOf,
  type RunRecord,
  readRecord,
  type ShardRecord,
  variantLayout,
} from '../../journal/index.ts'
import { reasonOf } from '../../kit/errors.ts'
import { isLink, isThere, readPlain, writePlain } from '../../kit/files.ts'
import { configurationOf } from '../history/plays.ts'
import type { Gathered, Shard } from './gather.ts'

type Run = ShardRecord['runs'][number]

/** As much as a journal may have, bytes. */
const mostBytes = 256 * 1024 * 1024

/**
 * Puts plans and journals of all shards side by side in `place`, as one run would have left them, and says there what
 * is lacking. Of the shards' own folders nothing is changed, and nothing but regular files is read.
 */
export async function layShards({ shards, lacks }: Gathered, place: string): Promise<readonly string[]> {
  const [first] = shards
  if (!first) return lacks
  const { group, planHash, runs } = first.record
  const cut: string[] = []
  const looked = new Map<Shard, Set<string>>()
  for (const shard of shards) {
    for (const run of runs.filter((one) => one.shard === shard.record.at)) {
      const laid = await layRun(shard, run, group === null ? place : join(place, run.scenario))
      if ('lack' in laid) cut.push(`${shardWords(shard)}: ${laid.lack}`)
      const configuration = 'record' in laid ? configurationOf(laid.record) : null
      if (configuration !== null) looked.set(shard, (looked.get(shard) ?? new Set()).add(configuration))
    }
  }
  const scenarios = [...new Set(runs.map(({ scenario }) => scenario))].map((scenario) => ({
    scenario,
    variants: runs.filter((run) => run.scenario === scenario).map(({ variant }) => variant),
  }))
  await keepPlanned(place, scenarios)
  if (group !== null) for (const one of scenarios) await keepPlanned(join(place, one.scenario), [one])
  const all = [...lacks, ...cut, ...unlikeStacks(group, looked)].sort()
  await keepJoined(place, { planHash, lacks: all })
  return all
}

const shardWords = ({ folder, record: { at, of } }: Shard) => `Shard ${at} of ${of} in ${folder}`

/** Where it lies in the folder of a shard. */
export const folderOf = ({ folder, record: { group } }: Shard, { scenario, variant }: Run): string =>
  group === null ? join(folder, variant) : join(folder, scenario, variant)

type Laid =
  | { readonly lack: string }
  | { readonly record: RunRecord }
  | { readonly record: RunRecord; readonly lack: string }

/** One variant and its attempts; what is no proof of this plan is taken away again. */
async function layRun(shard: Shard, run: Run, place: string): Promise<Laid> {
  const from = folderOf(shard, run)
  if (!isThere(variantLayout(from).journal)) return { lack: `it was cut, and ${run.name} was not played to its end` }
  const to = join(place, run.variant)
  try {
    if (shard.record.group !== null) refuseLink(dirname(from))
    await copyRecord(from, to)
    const record = await readRecord(to)
    if (!isOf(record, run)) throw new Error('its plan is not the one that was dealt out')
    for (const [index, attempt] of (await attemptsBefore(from)).entries()) {
      await copyRecord(attempt, `${to}.attempt-${index + 1}`)
      await readRecord(`${to}.attempt-${index + 1}`)
    }
    const ended = factsOf(record.facts, 'run-ended').at(-1)
    if (ended && ended.reason !== 'killed') return { record }
    return { record, lack: `it was cut while ${run.name} was played` }
  } catch (thrown) {
    await rm(to, { recursive: true, force: true })
    return { lack: `${run.name} cannot be taken over: ${reasonOf(thrown)}` }
  }
}

const isOf = ({ plan }: RunRecord, { scenario, variant, planHash }: Run) =>
  planHashOf(plan) === planHash && plan.scenario === scenario && plan.variant === variant

function refuseLink(folder: string): void {
  if (isLink(folder)) throw new Error(`${folder} is a link, and none is followed`)
}

async function copyRecord(from: string, to: string): Promise<void> {
  refuseLink(from)
  for (const name of ['plan.json', 'journal.jsonl']) {
    await writePlain(to, name, await readPlain(join(from, name), mostBytes))
  }
}

/** Cells are of one stack: proxies that were told different things are two. */
function unlikeStacks(group: string | null, looked: ReadonlyMap<Shard, ReadonlySet<string>>): string[] {
  const [first = new Set<string>(), ...others] = looked.values()
  if (group !== null || others.every((other) => [...other].some((one) => first.has(one)))) return []
  const words = [...looked].map(
    ([
      {
        record: { at },
      },
      own,
    ]) => `${at}: ${[...own].map((one) => one.slice(0, 12)).join(', ')}`,
  )
  return [`The proxies of the shards had different configurations (${words.join('; ')})`]
}
