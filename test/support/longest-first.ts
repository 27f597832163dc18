import { readFileSync } from 'node:fs'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { groupOf } from './groups.ts'

const secondsOf = ({ moduleId }: TestSpecification) => groupOf(readFileSync(moduleId, 'utf8'))?.seconds ?? 0

/** The files that say that they take longest are begun first: one of these that came last would run on alone. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => secondsOf(b) - secondsOf(a))
  }
}
