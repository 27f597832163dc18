import { join } from 'node:path'
import type { CheckEnd } from '../../check/index.ts'
import { judge } from '../../checks/index.ts'
import { lastAttempts, planHashOf, readRecord, variantLayout } from '../../journal/index.ts'
import { exitCodes } from '../../kit/errors.ts'
import { entriesOf, isLink, isThere } from '../../kit/files.ts'
import type { ReportedVariant } from '../../reporters/index.ts'
import { kindsFor } from '../../scenario/index.ts'
import { sameOf } from '../history/plays.ts'
import type { Gathered } from './gather.ts'

/** What shards played twice more, for it seemed worse than agreed on. What is of another plan counts for nothing. */
export async function playedAgain(
  { shards }: Gathered,
  { run, folder }: Pick<CheckEnd, 'run' | 'folder'>,
): Promise<CheckEnd> {
  const known = new Set(run.variants.map(({ record }) => planHashOf(sameOf(record.plan))))
  const variants: ReportedVariant[] = []
  for (const shard of shards) {
    const place = join(shard.folder, 'again')
    if (isLink(place)) continue
    const names = (await entriesOf(place)).filter((one) => one.isDirectory()).map(({ name }) => join(place, name))
    for (const path of lastAttempts(names.sort()).filter((one) => isThere(variantLayout(one).journal))) {
      const record = await readRecord(path)
      if (!known.has(planHashOf(sameOf(record.plan)))) continue
      const { checks } = await kindsFor(record.plan)
      variants.push({ record, verdict: judge(record, checks) })
    }
  }
  return { run: { variants }, exitCode: exitCodes.pass, left: [], folder }
}
