import { writeFileSync } from 'node:fs'
import { type RunnerTestCase, TestRunner } from 'vitest'
import { MutantSwitch } from './switch.ts'

interface Told {
  readonly noticed: Set<number>
  readonly reached: Set<number>
  /** Asked while the sources were read, before any test. */
  readonly atLoad: Set<number>
}

declare global {
  var mutantSwitch: MutantSwitch
  var mutantsTold: Told | undefined
}

// One for all files of the worker, and there before any source is read.
globalThis.mutantSwitch ??= new MutantSwitch()
globalThis.mutantsTold ??= { noticed: new Set(), reached: new Set(), atLoad: new Set() }
const { noticed, reached, atLoad } = globalThis.mutantsTold

/** Plays each test once as it is, and once with each mutant that it comes to and no test has noticed yet. */
export default class MutantRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const play = TestRunner.getTestFn(test)
    for (const id of mutantSwitch.reached) if (!reached.has(id)) atLoad.add(id)
    mutantSwitch.reached.clear()
    await play()
    const own = [...mutantSwitch.reached]
    for (const id of own) reached.add(id)
    for (const id of own.filter((one) => !noticed.has(one))) {
      mutantSwitch.turn(id)
      try {
        await play()
      } catch {
        noticed.add(id)
      } finally {
        mutantSwitch.turn(-1)
      }
    }
  }

  override onAfterRunFiles(...files: Parameters<TestRunner['onAfterRunFiles']>): void {
    super.onAfterRunFiles(...files)
    const told = { noticed: [...noticed], reached: [...reached], atLoad: [...atLoad] }
    writeFileSync(process.env['MUTANTS_TO'] ?? '', JSON.stringify(told))
  }
}
