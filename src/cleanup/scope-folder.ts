import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ownerOf, ownerOfOtherBoot, ownerState, readOwners } from '../engine/index.ts'

const prefix = 'badgateway-ward-'
/** Whose it is stands in its name: a process that is killed has a folder before it has written anything into it. */
const shape = new RegExp(`^${prefix}(?:(.+_\\d+_\\d+_\\d+)-)?\\w{6}$`)

/** The journal that a scope would have: its files lie beside it. Nothing is ever written to it itself. */
const journalIn = (folder: string) => join(folder, 'journal.jsonl')

/** Makes the folder of a scope of this process. Gives the file its journal would be. */
export function makeScopeFolder(): string {
  return journalIn(mkdtempSync(join(tmpdir(), `${prefix}${ownerOf(process.pid).replaceAll('/', '_')}-`)))
}

export const isScope = (journalFile: string) => shape.test(basename(dirname(journalFile)))

/** Removes the folder of a scope; that of a run stays. */
export function forgetScope(journalFile: string): void {
  if (isScope(journalFile)) rmSync(dirname(journalFile), { recursive: true, force: true, maxRetries: 5 })
}

/** The journals, as they would be, of scopes in the temporary folder whose process is gone. Only our own user's. */
export function orphanedScopes(): string[] {
  const folder = tmpdir()
  return readdirSync(folder).flatMap((name) => {
    const [found, owner] = shape.exec(name) ?? []
    const journal = journalIn(join(folder, name))
    return found !== undefined && isOwnFolder(join(folder, name)) && isDead(journal, owner) ? [journal] : []
  })
}

function isOwnFolder(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false })
  const me = statSync('/proc/self', { throwIfNoEntry: false })
  return found?.isDirectory() === true && found.uid === (me ?? found).uid
}

function isDead(journal: string, inName: string | undefined): boolean {
  const owners = readOwners(journal)
  const owner = owners?.harness ?? inName?.replace(/_(\d+)_(\d+)_(\d+)$/, '/$1/$2/$3')
  if (owner === undefined) return false
  // Nothing is known of the processes of a boot that is over but that they are gone.
  const isGone = (one: string) => ownerState(one) === 'dead' || ownerOfOtherBoot(one)
  return isGone(owner) && (owners === undefined || isGone(owners.guard))
}
