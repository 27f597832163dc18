import { basename } from 'node:path'
import { expect } from 'vitest'
import { inertLines } from '../kit/inert.ts'
import {
  type AnyCells,
  type CellsOf,
  type OfContainers,
  type OfStack,
  type OrAny,
  resilience as plain,
} from '../resilience.ts'
import { type FileOptions, type FileSite, fileSite } from './file-site.ts'

export type { CellFigures, CellsOf, DuringOptions, Met, ModeName, Stacks, SuiteOptions } from '../resilience.ts'
export type { FileOptions, FileSite } from './file-site.ts'

/**
 * The stack of this test file, for its top level or that of a `describe`: raised before all tests, lowered after them.
 * Tests follow each other: one that is `concurrent` is refused with USAGE.
 */
export function resilience<const P extends string>(options: OfStack<P> & FileOptions): FileSite<CellsOf<P>>
export function resilience<const N extends string>(options: OfContainers<N> & FileOptions): FileSite<AnyCells<OrAny<N>>>
export function resilience({ inconclusive, testTimeout, ...given }: (OfStack | OfContainers) & FileOptions): FileSite {
  const options = { name: basename(expect.getState().testPath ?? 'suite'), ...given }
  const site = 'stack' in options ? plain(options) : plain(options)
  const own = {
    ...(inconclusive === undefined ? {} : { inconclusive }),
    ...(testTimeout === undefined ? {} : { testTimeout }),
  }
  return fileSite(site, own, tell)
}

const tell = (text: string) => void process.stdout.write(inertLines(`badgateway: ${text}\n`))

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** At most this share of the requests fails while the fault is there: `'0.5%'`, or 0.005. */
    toFailAtMost(share: string | number): R
    /** Users are served well again so soon after the fault's end, and for a second. */
    toRecoverWithin(time: string | number): R
    /** 95 of 100 answers come in this time, in every second of the fault. */
    toAnswerWithin(time: string | number): R
    /** This alert fires, and is delivered, so soon after the fault; without `within`: while it is there. */
    toAlert(name: string, options?: { within?: string | number }): R
    /** No alert fires. */
    toStaySilent(): R
    /** Every request that changes something is answered well. */
    toLoseNoWrites(): R
    /** No request that changes something is sent to a second server, where it may be done twice. */
    toRepeatNoWrites(): R
    /** What `expect` in badgateway.yaml says of this mode and target is kept. */
    toKeepBudgets(): R
  }
}
