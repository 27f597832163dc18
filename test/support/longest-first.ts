import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of files that run side by side: one of these that came last would run on alone. */
const long = [
  'misconfigured-upstream',
  'misconfigured-load-balancing',
  'memory',
  'staging',
  'balancing',
  'safety',
  'spike-measures',
  'server-faults',
  'guard.test',
  'load-test',
  'pack',
]

const rankOf = ({ moduleId }: TestSpecification) => {
  const rank = long.findIndex((part) => moduleId.includes(part))
  return rank < 0 ? long.length : rank
}

/** The files that take longest are begun first; the others as ever. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => rankOf(a) - rankOf(b))
  }
}
