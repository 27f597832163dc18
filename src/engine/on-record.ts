import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { guardFiles, readRegular } from './guard-files.ts'
import { type Labels, labelKeys } from './labels.ts'
import type { Thing } from './ours.ts'

/**
 * What a run makes on the engine is on record in a file beside its journal: the name of a thing before the engine is
 * asked for it, its id as soon as the engine has told it. Whoever cleans up removes what wears the label *and* is here:
 * a label is anybody's to write, and goes into every image that is made of a container.
 *
 * Beside it stand the containers of others that somebody has agreed to: what is done to these may be taken back, and
 * they are never removed.
 */
const kind = z.enum(['container', 'network', 'volume', 'image'])
const entry = z.discriminatedUnion('did', [
  z.strictObject({ did: z.literal('intend'), run: z.string(), kind, name: z.string() }),
  z.strictObject({ did: z.literal('made'), run: z.string(), kind, name: z.string(), id: z.string() }),
  z.strictObject({ did: z.literal('agreed'), run: z.string(), name: z.string(), id: z.string() }),
])
type Entry = z.output<typeof entry>

type Named = Pick<Thing, 'kind' | 'name'>

/** A run of hours that replaces servers all the time has some 1,000 entries of 200 bytes. */
const limitBytes = 16 * 1024 * 1024

/** A name for a container of this run that no other thing has, now or later. */
export function containerName(labels: Labels, what: string): string {
  return `badgateway-${labels[labelKeys.run]}-${what}-${randomBytes(3).toString('hex')}`
}

/**
 * Resolves when it is on the disk that a thing of this name is going to be made; gives back how to tell its id. Until
 * that is told the name counts. JOURNAL_UNWRITABLE when it cannot be written: then nothing may be made.
 */
export async function intend(labels: Labels, { kind, name }: Named): Promise<(id: string) => void> {
  const file = recordFile(labels)
  const run = labels[labelKeys.run] ?? ''
  await durably(file, 'is going to be made', [{ did: 'intend', run, kind, name }])
  return (id) => {
    try {
      appendFileSync(file, lineOf({ did: 'made', run, kind, name, id }))
    } catch {
      // Then the name goes on counting, which is known.
    }
  }
}

/**
 * Resolves when it is on the disk that these containers of others may be changed by this run, in ways that are taken
 * back. JOURNAL_UNWRITABLE when it cannot be written: then nothing may be done to them.
 */
export async function agree(labels: Labels, containers: readonly Pick<Thing, 'id' | 'name'>[]): Promise<void> {
  const run = labels[labelKeys.run] ?? ''
  const entries = containers.map(({ id, name }): Entry => ({ did: 'agreed', run, name, id }))
  await durably(recordFile(labels), 'was agreed to', entries)
}

async function durably(file: string, what: string, entries: readonly Entry[]): Promise<void> {
  try {
    mkdirSync(dirname(file), { recursive: true })
    await appendFile(file, entries.map(lineOf).join(''), { flush: true, mode: 0o600 })
  } catch (thrown) {
    const message = `What ${what} cannot be put on record in ${file}: ${reasonOf(thrown)}`
    const hint = 'Is the disk full, or the folder read-only? Choose another one with --out.'
    throw new BadgatewayError('JOURNAL_UNWRITABLE', message, hint, { cause: thrown })
  }
}

const lineOf = (one: Entry) => `${JSON.stringify(one)}\n`

function recordFile(labels: Labels): string {
  const journal = labels[labelKeys.journal]
  if (journal !== undefined) return guardFiles(journal).made
  const hint = 'What is made on an engine needs a place for its record: a run or a guarded scope.'
  throw new BadgatewayError('INTERNAL', 'A thing without a journal cannot be put on record', hint)
}

/** Is this thing of this run's making, as far as its record goes? */
export interface OnRecord {
  has(thing: Pick<Thing, 'kind' | 'id' | 'name'>): boolean
  /** Ids of containers of others that somebody has agreed to; absent: of none. */
  readonly agreed?: ReadonlySet<string>
}

/** Of a run that never wanted anything made. */
export const nothingOnRecord: OnRecord = { has: () => false }

/** Undefined when there is no record of this run there, or it cannot be read. A torn line is passed over. */
export function readOnRecord(journalFile: string, runId: string): OnRecord | undefined {
  let text: string
  try {
    text = readRegular(guardFiles(journalFile).made, limitBytes)
  } catch {
    return undefined
  }
  const ids = new Set<string>()
  const open = new Set<string>()
  const agreed = new Set<string>()
  const entries = text.split('\n').flatMap(readEntry)
  if (!entries.some(({ run }) => run === runId)) return undefined
  for (const one of entries.filter(({ run }) => run === runId)) {
    if (one.did === 'agreed') agreed.add(one.id)
    else if (one.did === 'intend') open.add(`${one.kind} ${one.name}`)
    else {
      open.delete(`${one.kind} ${one.name}`)
      ids.add(`${one.kind} ${one.id}`)
    }
  }
  return { agreed, has: ({ kind, id, name }) => ids.has(`${kind} ${id}`) || open.has(`${kind} ${name}`) }
}

/** The record of the run that these labels are of. */
export function onRecordOf(labels: Labels): OnRecord {
  const { [labelKeys.journal]: journal, [labelKeys.run]: runId = '' } = labels
  return (journal === undefined ? undefined : readOnRecord(journal, runId)) ?? nothingOnRecord
}

function readEntry(line: string): Entry[] {
  try {
    const read = entry.safeParse(JSON.parse(line))
    return read.success ? [read.data] : []
  } catch {
    return []
  }
}

/** For people: what wears our label and was not made by us. */
export const tellForeign = ({ kind, name, labels }: Thing) =>
  `${kind} ${name} wears the label of run ${labels[labelKeys.run]}, which did not make it: it is left alone`
