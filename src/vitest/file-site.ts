import { afterAll, afterEach, beforeAll, beforeEach, type TestContext, vi } from 'vitest'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import type { CellsLike, DuringOptions, Site } from '../suite/index.ts'
import { endsBy, failOpen } from './matchers.ts'

export interface FileOptions {
  /** What becomes of a test whose run nobody can tell anything from, after it was repeated; default `skip`. */
  inconclusive?: 'skip' | 'fail'
  /** What a test may take, ms; default three minutes. It must outlast hold, recovery and a repeat. */
  testTimeout?: number
}

/** Where the tests of a file play: the stack is raised before all of them and lowered after them. */
export type FileSite<C extends object = CellsLike> = Pick<Site<C>, 'during' | 'report'>

/** Raising a stack builds its images, where it must. */
const raisingMs = 15 * 60_000
/** A usual test takes 10 s; one that waits for Nginx's own timeouts, and is repeated, takes two minutes. */
const testMs = 3 * 60_000

/** Ties a site to the tests of this file, or of the `describe` that it is called in. */
export function fileSite(
  site: Site,
  { inconclusive = 'skip', testTimeout = testMs }: FileOptions,
  tell: (text: string) => void,
): FileSite {
  vi.setConfig({ testTimeout })
  let context: TestContext | undefined
  let isPlayed = false
  beforeAll(() => site.start(), raisingMs)
  afterAll(async () => {
    await site.stop()
    if (isPlayed) tell(`Report: ${site.report}`)
  }, raisingMs)
  beforeEach((given) => {
    if (given.task.concurrent) throw together(given.task.name)
    context = given
  })
  afterEach(() => {
    context = undefined
  })
  return {
    report: site.report,
    during: async (mode: string, asked: DuringOptions) => {
      const signals = [context?.signal, asked.signal].flatMap((one) => one ?? [])
      const met = await site.during(mode, { ...asked, signal: AbortSignal.any(signals) })
      isPlayed = true
      if (met.raisedAnew !== null) tell(`Another stack was started: ${met.raisedAnew}`)
      // It may be asked in a later test than it was played in.
      const end = (because: string): never =>
        inconclusive === 'skip' && context ? context.skip(because) : failOpen(because)
      endsBy(met, end)
      return met.inconclusive === null ? met : end(inert(`${met.cell}: ${met.inconclusive}`))
    },
  }
}

const together = (name: string) =>
  new BadgatewayError('USAGE', `'${name}' is concurrent: faults of one stack follow each other`, 'Take that away.')
