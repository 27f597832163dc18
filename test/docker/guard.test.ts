// @group light 30s
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { findOurs, removeThings } from '../../src/engine/ours.ts'
import { factsOf, readJournal } from '../../src/journal/index.ts'
import { type Doomed, leftOf, startDoomed, untilGuardIsGone, untilNothingIsLeft } from '../support/doomed.ts'
import { patience } from '../support/machine.ts'

/** Ten seconds are promised where the machine is quiet. */
const promiseMs = patience(10_000)
let doomed: Doomed

afterEach(async () => {
  doomed.process.kill('SIGKILL')
  await removeThings(doomed.docker, await findOurs(doomed.docker, doomed.runId))
})

/**
 * The promise of this whole room: killed at any moment, nothing is left within ten seconds, and the journal says so.
 * What the engine was still creating when the harness died comes late, so only what is left when the guard has ended
 * counts.
 */
async function expectClean(): Promise<void> {
  expect(await untilGuardIsGone(doomed, promiseMs)).toBe(true)
  expect(await untilNothingIsLeft(doomed, promiseMs)).toBeDefined()
  const { facts } = await readJournal(doomed.journalFile)
  const kept = factsOf(facts, 'undo-done').filter(({ ok, by }) => ok && by === 'guard')
  const promised = factsOf(facts, 'undo-promised').map(({ id }) => id)
  // One that the guard held already and the journal not yet is undone too: nothing had been changed for it.
  expect(kept.map(({ id }) => id)).toEqual(expect.arrayContaining(promised))
  expect(facts.slice(-2)).toMatchObject([
    { kind: 'world-compared', clean: true, differences: [] },
    { kind: 'run-ended', reason: 'killed', by: 'guard' },
  ])
}

test.each(['guard', 'networks', 'containers', 'promised', 'changed', 'paused'])(
  "killed when it had said '%s', a harness leaves nothing",
  async (word) => {
    doomed = await startDoomed(word)
    await doomed.kill()
    await expectClean()
  },
)

test('of a stack of eight nothing is left either', async () => {
  doomed = await startDoomed('paused', 8)
  expect(await leftOf(doomed)).toHaveLength(11)
  await doomed.kill()
  await expectClean()
})

test('whoever waits for the output of the harness does not wait for its guard', async () => {
  doomed = await startDoomed('paused')
  process.kill(doomed.guardPid, 'SIGSTOP')
  const closed = once(doomed.process, 'close')
  await doomed.kill()
  await closed
  expect(await leftOf(doomed)).toHaveLength(6)
  process.kill(doomed.guardPid, 'SIGCONT')
  await expectClean()
})

test('signals to both leave the guard at its work', async () => {
  doomed = await startDoomed('paused')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(doomed.guardPid, signal)
  doomed.process.kill('SIGHUP')
  await expectClean()
})
