import { existsSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ownerAlive, ownerOf } from './owner.ts'

/** Files of a guard, beside the journal it guards. */
export function guardFiles(journalFile: string) {
  const folder = dirname(journalFile)
  return {
    log: join(folder, 'logs', 'guard.log'),
    owners: join(folder, 'logs', 'owners.json'),
    sweeper: join(folder, 'logs', 'sweeper.txt'),
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

/**
 * Two that start at once would sweep the same dead run: the one that gets this may, until it gives it back. Null:
 * another living process has it. Throws when it cannot be written.
 */
export function claimSweep(journalFile: string): (() => void) | null {
  const { sweeper } = guardFiles(journalFile)
  const own = `${sweeper}.${process.pid}`
  writeFileSync(own, ownerOf(process.pid))
  try {
    if (!link(own, sweeper)) {
      if (isHeld(sweeper)) return null
      rmSync(sweeper, { force: true })
      if (!link(own, sweeper)) return null
    }
    return () => rmSync(sweeper, { force: true })
  } finally {
    rmSync(own, { force: true })
  }
}

/** False when it is there. A link has its content from its first moment on; a new file would be read while empty. */
function link(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (thrown) {
    if (existsSync(to)) return false
    throw thrown
  }
}

function isHeld(claim: string): boolean {
  try {
    return ownerAlive(readFileSync(claim, 'utf8'))
  } catch {
    return false
  }
}
