import { join } from 'node:path'
import { z } from 'zod'
import { minutesBetween } from '../kit/clock-time.ts'
import { reasonOf } from '../kit/errors.ts'
import { isThere, readPlain, writePlain } from '../kit/files.ts'
import { deepest, isTooDeep, json } from '../kit/json.ts'
import { measuredPieces, type Share, splitOf } from '../kit/shards/split.ts'
import type { PlanRecord } from './plan.ts'
import { hashOf, planHashOf } from './plan-hash.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'no SHA-256')
/** Of a scenario or a variant: it is the name of a folder, too. */
const folderName = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'no name')
  .max(120)
const count = z.int().positive().max(1_000)

/** One variant of the whole plan. */
const dealtRun = z.strictObject({
  /** `refuse/api-1`, or `SCENARIO/VARIANT`. What is played several times has one name, and falls to one shard. */
  name: z.string(),
  scenario: folderName,
  variant: folderName,
  planHash: sha256,
  /** How long all of this name takes, as far as was known. */
  ms: z.int().nonnegative(),
  shard: count,
})

/** What one shard says in its folder: which one it is, and the whole plan that all of them play. */
export const shardRecord = z
  .strictObject({
    format: z.literal(1),
    at: count,
    of: count,
    version: z.string(),
    /** Path of the group, `incidents`; null: they are cells of one stack. */
    group: z
      .string()
      .regex(/^[a-z0-9-]+(\/[a-z0-9-]+){0,7}$/, 'no path of a group')
      .nullable(),
    /** What the figures depend on beside the plans. */
    options: z.record(z.string(), json),
    /** SHA-256 of the files that say what the stack is. */
    configuration: sha256,
    /** SHA-256 of options, configuration and all plans. */
    planHash: sha256,
    runs: z.array(dealtRun).min(1).max(100_000),
  })
  .refine(({ at, of, runs }) => at <= of && runs.every(({ shard }) => shard <= of), 'there are not so many shards')
  .refine(
    ({ runs }) => new Set(runs.map(({ scenario, variant }) => `${scenario}/${variant}`)).size === runs.length,
    'a variant stands in it twice',
  )
export type ShardRecord = z.output<typeof shardRecord>

export interface Dealing extends Pick<ShardRecord, 'version' | 'group' | 'options' | 'configuration'> {
  readonly share: Share
  /** What was measured before, ms by name. */
  readonly times: ReadonlyMap<string, number>
}

/** These plans dealt out to shards, by what each took before, or by its plan where nothing is known. */
export function dealt(plans: readonly PlanRecord[], { share, times, ...known }: Dealing): ShardRecord {
  const named = plans.map((plan) => ({ plan, name: pieceName(plan) }))
  const names = [...new Set(named.map(({ name }) => name))]
  const playsOf = (name: string) => named.filter((one) => one.name === name).map(({ plan }) => plan)
  const planned = names.map((name) => {
    const [first] = playsOf(name)
    return { name, plannedMs: first ? plannedMsOf(first) : 0 }
  })
  const pieces = measuredPieces(planned, times).map(({ name, ms }) => ({ name, ms: ms * playsOf(name).length }))
  const shards = splitOf(pieces, share.of)
  const runs = named.map(({ name, plan }) => ({
    name,
    scenario: plan.scenario,
    variant: plan.variant,
    planHash: planHashOf(plan),
    ms: pieces.find((piece) => piece.name === name)?.ms ?? 0,
    shard: shards.get(name) ?? 1,
  }))
  const whole = { ...known, runs }
  return { format: 1, ...share, ...whole, planHash: wholeHashOf(whole) }
}

/** What a plan is called where its time is kept. */
export const pieceName = ({ cell, scenario, variant }: PlanRecord): string => cell?.name ?? `${scenario}/${variant}`

/** Does this shard play it? */
export function fallsTo({ at, runs }: ShardRecord, { scenario, variant }: PlanRecord): boolean {
  return runs.some((one) => one.shard === at && one.scenario === scenario && one.variant === variant)
}

/** Of what is played, not of who plays it: whatever stands in the record says the same again. */
export function wholeHashOf({
  group,
  options,
  configuration,
  runs,
}: Pick<ShardRecord, 'group' | 'options' | 'configuration' | 'runs'>): string {
  const plans = runs.map(({ scenario, variant, planHash }) => [scenario, variant, planHash])
  return hashOf({ group, options, configuration, plans })
}

const plannedMsOf = ({ steadyMs, clockStart, clockEnd, incidentMinuteMs }: PlanRecord) =>
  steadyMs + minutesBetween(clockStart, clockEnd) * incidentMinuteMs

const mostBytes = 32 * 1024 * 1024
export const shardFileName = 'shard.json'

/** Written before anything of the shard is played: one that is cut short says so. */
export async function keepShard(folder: string, record: ShardRecord): Promise<void> {
  await writePlain(folder, shardFileName, `${JSON.stringify(record, undefined, 2)}\n`)
}

/** What a folder says of the shard that was played in it; in place of it, why that cannot be read. */
export async function readShard(folder: string): Promise<ShardRecord | { readonly because: string }> {
  const read = await readJson(join(folder, shardFileName))
  if ('because' in read) return read
  const { data, error } = shardRecord.safeParse(read.value)
  const [issue] = error?.issues ?? []
  if (!data) return { because: `is no record of a shard: ${issue?.path.join('.') || 'it'}: ${issue?.message}` }
  const isWhole = wholeHashOf(data) === data.planHash
  return isWhole ? data : { because: 'was changed: its hash is not that of the plan that stands in it' }
}

const joined = z.strictObject({ format: z.literal(1), planHash: sha256, lacks: z.array(z.string()) })
const joinedFileName = 'merged.json'

/** Says of a folder that shards were joined in it, and what is lacking for a verdict. */
export async function keepJoined(folder: string, { planHash, lacks }: Omit<z.output<typeof joined>, 'format'>) {
  const text = JSON.stringify({ format: 1, planHash, lacks }, undefined, 2)
  await writePlain(folder, joinedFileName, `${text}\n`)
}

/** What is lacking in a folder that shards were joined in; empty: nothing, or none were. */
export async function lacksIn(folder: string): Promise<readonly string[]> {
  const file = join(folder, joinedFileName)
  if (!isThere(file)) return []
  const read = await readJson(file)
  const { data } = joined.safeParse('value' in read ? read.value : undefined)
  return data?.lacks ?? [`${joinedFileName} cannot be read, so what the joined shards lack is not known`]
}

async function readJson(file: string): Promise<{ readonly value: unknown } | { readonly because: string }> {
  try {
    const value: unknown = JSON.parse(await readPlain(file, mostBytes))
    return isTooDeep(value) ? { because: `nests deeper than ${deepest} levels` } : { value }
  } catch (thrown) {
    return { because: `cannot be read: ${reasonOf(thrown)}` }
  }
}
