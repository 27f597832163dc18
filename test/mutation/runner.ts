import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type RunnerTestCase, TestRunner } from 'vitest'
import { z } from 'zod'
import { MutantSwitch } from './switch.ts'

declare global {
  var mutantSwitch: MutantSwitch
}

// There before any source is read, and one for all files of a worker.
globalThis.mutantSwitch ??= new MutantSwitch()

const file = process.env['MUTANTS_TO'] ?? ''
const numbers = z.array(z.number())
const told = z.object({ noticed: numbers, reached: numbers, atLoad: numbers })

/** What the other files have noticed by now; each may have had a worker of its own. */
function toldBefore(): z.output<typeof told> {
  if (!existsSync(file)) return { noticed: [], reached: [], atLoad: [] }
  return told.parse(JSON.parse(readFileSync(file, 'utf8')))
}

const noticed = new Set<number>()
const reached = new Set<number>()
/** Asked while the sources were read, before any test. */
const atLoad = new Set<number>()

/** Plays each test once as it is, and once with each mutant that it comes to and no test has noticed yet. */
export default class MutantRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const play = TestRunner.getTestFn(test)
    for (const id of toldBefore().noticed) noticed.add(id)
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
    const before = toldBefore()
    for (const id of before.noticed) noticed.add(id)
    for (const id of before.reached) reached.add(id)
    for (const id of before.atLoad) atLoad.add(id)
    writeFileSync(file, JSON.stringify({ noticed: [...noticed], reached: [...reached], atLoad: [...atLoad] }))
  }
}
