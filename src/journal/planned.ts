import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { readPlain } from '../kit/files.ts'

const plannedRuns = z.strictObject({
  format: z.literal(1),
  runs: z.array(z.strictObject({ scenario: z.string(), variants: z.array(z.string()).min(1) })),
})

/** One scenario of a run or a group, and the variants of it that were asked for. */
export type PlannedVariants = z.output<typeof plannedRuns>['runs'][number]

const mostBytes = 4 * 1024 * 1024

const fileIn = (folder: string) => join(folder, 'planned.json')

/**
 * Writes what a folder is going to hold, before anything is started: a variant never run leaves no other trace.
 * RUN_DIR_INVALID when it cannot be written.
 */
export async function keepPlanned(folder: string, runs: readonly PlannedVariants[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(fileIn(folder), `${JSON.stringify({ format: 1, runs }, undefined, 2)}\n`, { mode: 0o600 })
  } catch (thrown) {
    const message = `Cannot write to ${folder}: ${reasonOf(thrown)}`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'Choose another folder with --out.', { cause: thrown })
  }
}

/** What was going to be run in this folder; null: it does not say, or not in words of ours. */
export async function readPlanned(folder: string): Promise<readonly PlannedVariants[] | null> {
  try {
    return plannedRuns.parse(JSON.parse(await readPlain(fileIn(folder), mostBytes))).runs
  } catch {
    // Whoever asks says so: what is not on record is no proof.
    return null
  }
}
