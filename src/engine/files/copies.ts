import { lstatSync, rmSync } from 'node:fs'
import { reasonOf } from '../../kit/errors.ts'
import { guardFiles } from '../guard-files.ts'
import { readOnRecord } from '../on-record.ts'

/**
 * Removes the copies of mounts that lie beside the journal of this run; what is in the way as a sentence. A label,
 * which is anybody's to write, may have named the journal: only where a record of this very run lies is anything
 * removed.
 */
export function removeCopies(journalFile: string, runId: string): string | undefined {
  const { copies } = guardFiles(journalFile)
  try {
    if (!lstatSync(copies, { throwIfNoEntry: false })?.isDirectory()) return undefined
    if (readOnRecord(journalFile, runId) === undefined) return undefined
    rmSync(copies, { recursive: true, force: true, maxRetries: 5 })
    return undefined
  } catch (thrown) {
    return `folder ${copies} is left: ${reasonOf(thrown)}`
  }
}
