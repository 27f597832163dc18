// @group full 60s
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sweep } from '../../src/cleanup/sweep.ts'
import { guardFiles } from '../../src/engine/guard-files.ts'
import { findOurs, removeThings } from '../../src/engine/ours.ts'
import { appendAfterDeath, readJournal } from '../../src/journal/index.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { type Doomed, leftOf, realEngine, startDoomed, untilGuardIsGone } from '../support/doomed.ts'
import { patience } from '../support/machine.ts'
import { type SlowEngine, slowEngine } from '../support/slow-engine.ts'

let engine: SlowEngine
let doomed: Doomed

beforeEach(async () => {
  const { dockerHost } = await realEngine()
  engine = await slowEngine(dockerHost.replace(/^unix:\/\//, ''), [4_000, 6_000, 5_000])
})

afterEach(async () => {
  doomed.process.kill('SIGKILL')
  await pollUntil(() => Promise.resolve(engine.underWay() === 0 || undefined), {
    withinMs: patience(10_000),
    everyMs: 50,
    clock: realClock,
  })
  await removeThings(doomed.docker, await findOurs(doomed.docker, doomed.runId))
  await engine.close()
})

const until = (isSo: () => boolean) =>
  pollUntil(() => Promise.resolve(isSo() || undefined), { withinMs: patience(10_000), everyMs: 10, clock: realClock })

test.each([
  ['networks and a volume', 'guard', 3],
  ['containers', 'networks', 4],
])('an engine that takes seconds for each: killed while %s are made, a run leaves nothing', async (_, word, count) => {
  doomed = await startDoomed(word, 4, { dockerHost: engine.uri })
  expect(await until(() => engine.underWay() === count)).toBe(true)
  await doomed.kill()
  // The guard does not go before all of them have come, and it has taken them away.
  expect(await untilGuardIsGone(doomed, patience(60_000))).toBe(true)
  expect(engine.late()).toBe(count)
  expect(await leftOf(doomed)).toEqual([])
  const { facts } = await readJournal(doomed.journalFile)
  expect(facts.slice(-2)).toMatchObject([
    { kind: 'world-compared', clean: true, differences: [] },
    { kind: 'run-ended', reason: 'killed', by: 'guard' },
  ])
})

test('a harness that stands still for longer than its lease: its changes are undone all the same', async () => {
  doomed = await startDoomed('paused')
  doomed.process.kill('SIGSTOP')
  expect(await untilGuardIsGone(doomed, patience(60_000))).toBe(true)
  expect(await leftOf(doomed)).toEqual([])
  const log = await readFile(guardFiles(doomed.journalFile).log, 'utf8')
  expect(log).toMatch(/the harness has said nothing for 30 s/)
  expect(log).toMatch(/undo u2 unpause \(the pause\): done/)
  expect(log).toMatch(/undo u1 write-files \(the bad file\): 1 files written/)
  // Its journal is its own while it may come back; when it is dead the next sweep ends it.
  expect((await readJournal(doomed.journalFile)).facts.map(({ kind }) => kind)).not.toContain('run-ended')
  await doomed.kill()
  const openRecord = (file: string) => appendAfterDeath(file, realClock)
  const journals = [doomed.journalFile]
  const swept = await sweep(doomed.docker, { log: () => undefined, openRecord, journals, runId: doomed.runId })
  expect(swept).toMatchObject([{ state: 'removed', left: [] }])
  expect((await readJournal(doomed.journalFile)).facts.at(-1)).toMatchObject({ kind: 'run-ended', by: 'sweep' })
})
