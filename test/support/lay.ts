import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord } from '../../src/journal/index.ts'

/** A variant as it lies on disk. */
export async function lay(record: RunRecord, ...path: string[]): Promise<void> {
  const folder = join(...path)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'plan.json'), JSON.stringify(record.plan))
  await writeFile(join(folder, 'journal.jsonl'), record.facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''))
}
