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
