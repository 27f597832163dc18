import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

/** Files of a guard, beside the journal it guards. */
export function guardFiles(journalFile: string) {
  const folder = dirname(journalFile)
  return {
    log: join(folder, 'logs', 'guard.log'),
    owners: join(folder, 'logs', 'owners.json'),
    leftOver: join(folder, 'LEFT-OVER.txt'),
  }
}

const owners = z.strictObject({ runId: z.string(), harness: z.string(), guard: z.string() })

/** Which processes look after a run. The file is there while one of them has something to do. */
export type Owners = z.output<typeof owners>

/** Undefined when the run ended in order, or there is no such file. */
export function readOwners(journalFile: string): Owners | undefined {
  try {
    return owners.safeParse(JSON.parse(readFileSync(guardFiles(journalFile).owners, 'utf8'))).data
  } catch {
    return undefined
  }
}

export function writeOwners(journalFile: string, found: Owners): void {
  writeFileSync(guardFiles(journalFile).owners, `${JSON.stringify(found)}\n`)
}

export function removeOwners(journalFile: string): void {
  rmSync(guardFiles(journalFile).owners, { force: true })
}

/** The log that the guard writes to, opened for appending. */
export function openGuardLog(journalFile: string): number {
  const { log } = guardFiles(journalFile)
  mkdirSync(dirname(log), { recursive: true })
  return openSync(log, 'a')
}
