import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { checkData, isReadable, readData } from '../kit/data/data-file.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { writePlain } from '../kit/files.ts'
import { entry } from './entry.ts'

/** Name of the file, beside badgateway.yaml. */
export const snapshotFileName = 'badgateway.snapshot.json'

/** What figures depend on, beside the stack: those of another load or hold are no comparison. */
export const made = z.strictObject({
  users: z.int().positive(),
  ratePerS: z.number().positive(),
  holdMs: z.int().positive(),
  timeoutsAtMostMs: z.int().positive().nullable(),
})
export type Made = z.output<typeof made>

export const snapshotSchema = z.strictObject({
  format: z.literal(1),
  made,
  cells: z.record(z.string(), entry),
})
/** What a stack does to its users when it is broken, as it was agreed to be. */
export type Snapshot = z.output<typeof snapshotSchema>

const mostMiB = 4

/** Undefined: there is none. SNAPSHOT_INVALID with all its mistakes. */
export async function readSnapshot(file: string): Promise<Snapshot | undefined> {
  const unreadable = await isReadable(file, mostMiB)
  if (unreadable === 'absent') return undefined
  if (unreadable) throw invalid(file, unreadable.because)
  const raw = await readData(file).catch((thrown: unknown) => Promise.reject(invalid(file, reasonOf(thrown))))
  if (typeof raw !== 'object') throw invalid(file, 'is no mapping of fields')
  const checked = checkData(raw, snapshotSchema)
  if ('wrong' in checked) throw invalid(file, checked.wrong.join('\n  '))
  return checked.data
}

/** Throws SNAPSHOT_UNLIKE when it was made under another load. */
export function expectLike(file: string, { made: was }: Snapshot, is: Made): void {
  const names = Object.keys(made.shape) as (keyof Made)[]
  const other = names.filter((name) => was[name] !== is[name])
  if (other.length === 0) return
  const told = other.map((name) => `${name} ${was[name] ?? 'none'} there, ${is[name] ?? 'none'} here`)
  throw new BadgatewayError(
    'SNAPSHOT_UNLIKE',
    `${file}: its figures are of another check (${told.join('; ')})`,
    'Nothing was started. Ask with the same options and traffic, --update it, or leave it out: --no-snapshot.',
  )
}

/** Sorted by cell, with a figure a line: made to be reviewed. The file is replaced as a whole. */
export async function writeSnapshot(file: string, { format, made: of, cells }: Snapshot): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)))
  await writePlain(dirname(file), basename(file), snapshotText({ format, made: of, cells: sorted }))
}

const flat = /\[\n\s+([^[\]{}]*?)\n\s+\]/g

export const snapshotText = (snapshot: Snapshot): string =>
  `${JSON.stringify(snapshot, undefined, 2).replace(flat, (_, inner: string) => `[${inner.replace(/\n\s+/g, ' ')}]`)}\n`

function invalid(file: string, what: string): BadgatewayError {
  const hint = 'Nothing was started. Fix it, or remove it and make another: badgateway check --update.'
  return new BadgatewayError('SNAPSHOT_INVALID', `${file}: ${what}`, hint)
}
