// @group light 10s
import { afterEach, expect, test } from 'vitest'
import { findOurs, removeThings } from '../../src/engine/ours.ts'
import { ensureImages } from '../../src/images/images.ts'
import { factsOf, readJournal } from '../../src/journal/index.ts'
import { type Doomed, realEngine, startDoomed, untilGuardIsGone, untilNothingIsLeft } from '../support/doomed.ts'
import { patience } from '../support/machine.ts'

let doomed: Doomed

afterEach(async () => {
  doomed.process.kill('SIGKILL')
  await removeThings(doomed.docker, await findOurs(doomed.docker, doomed.runId))
})

const agentImage = async () => {
  const { docker } = await realEngine()
  return (await ensureImages(docker, { only: ['agent'] })).agent
}

test('a packet filter whose harness is killed is taken away by the guard, and so is what stood beside', async () => {
  doomed = await startDoomed('filtered', 1, { file: 'doomed-firewall.ts', image: agentImage })
  await doomed.kill()
  expect(await untilGuardIsGone(doomed, patience(10_000))).toBe(true)
  expect(await untilNothingIsLeft(doomed, patience(10_000))).toBeDefined()
  const { facts } = await readJournal(doomed.journalFile)
  const [sidecar, filter] = factsOf(facts, 'undo-promised')
  expect([sidecar?.undo.verb, filter?.undo.verb]).toEqual(['remove-container', 'flush-firewall'])
  const done = factsOf(facts, 'undo-done').map(({ id, ok, by, because }) => ({ id, ok, by, because }))
  expect(done).toEqual([
    {
      id: filter?.id,
      ok: true,
      by: 'guard',
      because: expect.stringMatching(/^(the chain is gone|it is gone|its namespace is gone)$/),
    },
    { id: sidecar?.id, ok: true, by: 'guard', because: expect.stringMatching(/removed|gone/) },
  ])
})
