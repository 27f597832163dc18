import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { entriesOf } from '../kit/files.ts'
import { variantLayout } from './layout.ts'

/** `as-it-happened.attempt-1`: an attempt that was played again lies beside the one that counts. */
const pattern = /^(.+)\.attempt-([1-9]\d*)$/

interface Named {
  variant: string
  /** From 1; infinite for the one that counts. */
  attempt: number
}

function read(name: string): Named {
  const [, variant = name, number] = pattern.exec(name) ?? []
  return { variant, attempt: number === undefined ? Number.POSITIVE_INFINITY : Number(number) }
}

/** Moves what lies in a variant's folder out of the way of the next attempt, and gives back where. */
export async function setAside(folder: string): Promise<string> {
  const before = await attemptsBefore(folder)
  const aside = `${folder}.attempt-${before.length + 1}`
  try {
    await rename(folder, aside)
  } catch (thrown) {
    const message = `${folder} cannot be kept beside the next attempt: ${reasonOf(thrown)}`
    throw new BadgatewayError('RUN_DIR_INVALID', message, 'Choose another folder with --out.', { cause: thrown })
  }
  return aside
}

/** The folders of a variant's attempts before this one, oldest first. */
export async function attemptsBefore(folder: string): Promise<string[]> {
  const own = read(basename(folder))
  const beside = (await entriesOf(dirname(folder))).map(({ name }) => ({ name, ...read(name) }))
  return beside
    .filter(({ variant, attempt }) => variant === own.variant && attempt < own.attempt)
    .sort((a, b) => a.attempt - b.attempt)
    .map(({ name }) => join(dirname(folder), name))
    .filter((path) => existsSync(variantLayout(path).journal))
}

/**
 * Of the folders of one run those that count: of each variant the last attempt, which is the one without a number
 * unless the harness died between two.
 */
export function lastAttempts(names: readonly string[]): string[] {
  const all = names.map((name) => ({ name, ...read(name) }))
  const isLast = (one: Named) => all.every(({ variant, attempt }) => variant !== one.variant || attempt <= one.attempt)
  return all.filter(isLast).map(({ name }) => name)
}
