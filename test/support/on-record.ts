import type { Labels } from '../../src/engine/labels.ts'
import { intend, type OnRecord } from '../../src/engine/on-record.ts'
import type { Thing } from '../../src/engine/ours.ts'

export const everythingOnRecord: OnRecord = { has: () => true }

/** Says that the run of these labels made these. */
export async function putOnRecord(labels: Labels, kind: Thing['kind'], ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const made = await intend(labels, { kind, name: id })
    made(id)
  }
}
