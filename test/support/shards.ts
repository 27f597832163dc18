import { join } from 'node:path'
import { type Dealing, dealt, fallsTo, keepPlanned, keepShard, type RunRecord } from '../../src/journal/index.ts'
import { cellJournal } from './cell.ts'
import { lay } from './lay.ts'

/** A cell that users noticed, with a plan of its own. */
export function cellRun(target: string, more: Parameters<typeof cellJournal>[1] = {}): RunRecord {
  const variant = `refuse-${target}`
  const cell = { name: `refuse/${target}`, target, services: [target] }
  return cellJournal(cell, { ...more, plan: { scenario: 'check', variant, ...more.plan } })
}

/** What a snapshot of these cells says that it was made with. */
export const made = { users: 20, ratePerS: 40, holdMs: 3_000, timeoutsAtMostMs: null }

const dealing: Omit<Dealing, 'share'> = {
  times: new Map(),
  options: { made, times: 1, repeats: 1 },
  configuration: 'a'.repeat(64),
  version: '0.1.0',
  group: null,
}

/** The folder that one shard of these leaves behind. */
export async function layShard(
  folder: string,
  records: readonly RunRecord[],
  [at, of]: readonly [number, number],
  more: Partial<Dealing> = {},
): Promise<string> {
  const plans = records.map(({ plan }) => plan)
  const shard = dealt(plans, { ...dealing, share: { at, of }, ...more })
  await keepShard(folder, shard)
  const mine = records.filter(({ plan }) => fallsTo(shard, plan))
  for (const record of mine) {
    const { scenario, variant } = record.plan
    await lay(record, folder, ...(shard.group === null ? [variant] : [scenario, variant]))
  }
  return folder
}

/** The same of one run that plays all. */
export async function layWhole(folder: string, records: readonly RunRecord[]): Promise<string> {
  for (const record of records) await lay(record, folder, record.plan.variant)
  const [first] = records
  await keepPlanned(folder, [
    { scenario: first?.plan.scenario ?? '', variants: records.map(({ plan }) => plan.variant) },
  ])
  return folder
}

/** All shards of these, each in a folder of its own below this one. */
export async function layShards(root: string, records: readonly RunRecord[], of: number): Promise<string[]> {
  const numbers = Array.from({ length: of }, (_, index) => index + 1)
  return await Promise.all(numbers.map((at) => layShard(join(root, `shard-${at}`), records, [at, of])))
}
