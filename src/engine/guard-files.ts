import { randomUUID } from 'node:crypto'
import {
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ownerOf, ownerState } from './owner.ts'

/** Files of a guard, and of a sweep when the guard is gone, beside the journal they are about. */
export function guardFiles(journalFile: string) {
  const folder = dirname(journalFile)
  return {
    log: join(folder, 'logs', 'guard.log'),
    owners: join(folder, 'logs', 'owners.json'),
    sweeper: join(folder, 'logs', 'sweeper.txt'),
    made: join(folder, 'logs', 'made.jsonl'),
    copies: join(folder, 'copies-of-mounts'),
    leftOver: join(folder, 'LEFT-OVER.txt'),
  }
}

const owners = z.strictObject({ runId: z.string(), harness: z.string(), guard: z.string() })

/** Which processes look after a run. The file is there while one of them has something to do. */
export type Owners = z.output<typeof owners>

/** Undefined when the run ended in order, or there is no such file. */
export function readOwners(journalFile: string): Owners | undefined {
  try {
    return owners.safeParse(JSON.parse(readSmall(guardFiles(journalFile).owners))).data
  } catch {
    return undefined
  }
}

/** These files are a line long, and labels that anybody may write say where they lie. */
const smallBytes = 4_096

const readSmall = (file: string) => readRegular(file, smallBytes)

/** No link is followed, nothing special opened, and nothing read that is larger than it can be. */
export function readRegular(file: string, limitBytes: number): string {
  const found = lstatSync(file)
  if (!found.isFile() || found.size > limitBytes) throw new Error(`${file} is none of ours`)
  return readFileSync(file, { encoding: 'utf8', flag: constants.O_RDONLY | constants.O_NOFOLLOW })
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
 * Two that start at once would sweep the same dead run: the one that gets this may, until it gives it back. Null: it is
 * with a living process. What a sweep that was killed left is taken over. Throws when it cannot be written.
 */
export function claimSweep(journalFile: string): (() => void) | null {
  const { sweeper } = guardFiles(journalFile)
  const own = `${sweeper}.${randomUUID()}`
  writeFileSync(own, ownerOf(process.pid), { flag: 'wx' })
  try {
    if (!link(own, sweeper) && !(tookAway(sweeper, `${own}.old`) && link(own, sweeper))) return null
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

/** Whoever moves it has it alone: what is with a living process after all is put back. */
function tookAway(claim: string, aside: string): boolean {
  if (isHeld(claim)) return false
  try {
    renameSync(claim, aside)
  } catch {
    return false
  }
  const held = isHeld(aside)
  if (held) link(aside, claim)
  rmSync(aside, { force: true })
  return !held
}

function isHeld(claim: string): boolean {
  try {
    return ownerState(readSmall(claim)) === 'alive'
  } catch {
    return false
  }
}
