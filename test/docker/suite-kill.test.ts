// @group full 60s
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { processesOf, thingsOf } from '../support/killed-check.ts'
import { patience } from '../support/machine.ts'
import { startRunner, vitestArgv, writeSuite } from '../support/suite-project.ts'

const tests = `import { test } from 'vitest'
import { resilience } from 'badgateway/vitest'
const site = resilience({ stack: './badgateway.yaml', monitoring: false, out: '../out' })
test('it is held', () => site.during('refuse', { target: 'api', hold: '10m' }), 20 * 60_000)
`

const poll = async (ms: number, isThere: () => boolean | Promise<boolean>) => {
  const limits = { withinMs: patience(ms), everyMs: 50, clock: realClock }
  await pollUntil(async () => ((await isThere()) ? true : undefined), limits)
}

test('a test runner that is killed while a fault is in force leaves nothing', async () => {
  const project = await writeSuite(tests)
  const { out, tmp } = project
  const isInForce = () =>
    globSync('site.test.ts/*/*/journal.jsonl', { cwd: out }).some((file) => {
      return readFileSync(join(out, file), 'utf8').includes('"kind":"fault-injected"')
    })
  const { child, ended } = startRunner(project, vitestArgv)
  await Promise.race([poll(120_000, isInForce), ended])
  expect(await thingsOf(project)).not.toEqual([])
  child.kill('SIGKILL')
  await poll(90_000, () => processesOf(project).length === 0)
  expect(processesOf(project).map(({ words }) => words)).toEqual([])
  expect(await thingsOf(project)).toEqual([])
  expect(readdirSync(tmp).filter((name) => !['.keep', 'node-compile-cache'].includes(name))).toEqual([])
})
