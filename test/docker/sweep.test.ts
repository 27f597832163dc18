// @group light 15s
import { execFileSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import { sweep } from '../../src/cleanup/sweep.ts'
import { cleanAction } from '../../src/commands/clean.ts'
import { manualCommands, runLabels } from '../../src/engine/labels.ts'
import { findOurs, removeThings } from '../../src/engine/ours.ts'
import { appendAfterDeath, readJournal } from '../../src/journal/index.ts'
import { realClock } from '../../src/kit/clock.ts'
import { baseImage, type Doomed, leftOf, realEngine, startDoomed, untilGuardIsGone } from '../support/doomed.ts'
import { patience } from '../support/machine.ts'

let doomed: Doomed

afterEach(async () => {
  doomed.process.kill('SIGKILL')
  await removeThings(doomed.docker, await findOurs(doomed.docker, doomed.runId))
})

/** Harness and guard both killed: nobody is left to clean up. */
async function killBoth(): Promise<void> {
  process.kill(doomed.guardPid, 'SIGKILL')
  await doomed.kill()
  expect(await untilGuardIsGone(doomed, patience(10_000))).toBe(true)
}

const sweepIt = () => {
  const openRecord = (file: string) => appendAfterDeath(file, realClock)
  return sweep(doomed.docker, { log: () => undefined, openRecord, runId: doomed.runId })
}

test('what harness and guard both left is swept at the next start, once', async () => {
  doomed = await startDoomed('paused')
  await killBoth()
  expect(await leftOf(doomed)).toHaveLength(6)
  expect(await sweepIt()).toMatchObject([{ runId: doomed.runId, state: 'removed', left: [] }])
  expect(await leftOf(doomed)).toEqual([])
  const { facts } = await readJournal(doomed.journalFile)
  expect(facts.slice(-4)).toMatchObject([
    { kind: 'undo-done', id: 'u2', ok: true, by: 'sweep' },
    { kind: 'undo-done', id: 'u1', ok: true, by: 'sweep' },
    { kind: 'world-compared', clean: true },
    { kind: 'run-ended', reason: 'killed', by: 'sweep' },
  ])
  expect(await sweepIt()).toEqual([])
})

test('a live run is left alone, and so is a foreign container with its label and a living owner', async () => {
  doomed = await startDoomed('containers')
  const { docker, runId, journalFile } = doomed
  const before = await leftOf(doomed)
  expect(await sweepIt()).toMatchObject([{ state: 'alive' }])
  expect(await leftOf(doomed)).toEqual(before)
  const name = `badgateway-${runId}-foreign`
  await docker.createContainer({ name, Image: await baseImage(), Labels: runLabels({ runId, journalFile }) })
  await killBoth()
  expect((await sweepIt()).map(({ state }) => state).sort()).toEqual(['alive', 'removed'])
  expect(await leftOf(doomed)).toEqual([`container ${name}`])
})

test('a copy with all labels of a dead run, which is not on its record, survives both guard and sweep', async () => {
  doomed = await startDoomed('containers')
  const { docker, runId } = doomed
  const [first] = await docker.listContainers({ filters: { label: [`badgateway=${runId}`] } })
  const name = `badgateway-${runId}-copy`
  await docker.createContainer({ name, Image: await baseImage(), Labels: first?.Labels ?? {} })
  await doomed.kill()
  expect(await untilGuardIsGone(doomed, patience(10_000))).toBe(true)
  expect(await leftOf(doomed)).toEqual([`container ${name}`])
  expect(await sweepIt()).toMatchObject([{ state: 'unrecorded', things: [`container ${name}`] }])
  expect(await leftOf(doomed)).toEqual([`container ${name}`])
})

test('the commands for people, run as they are printed, remove everything', async () => {
  doomed = await startDoomed('paused')
  await killBoth()
  const env = { ...process.env, DOCKER_HOST: (await realEngine()).dockerHost }
  for (const command of manualCommands(doomed.runId)) execFileSync('sh', ['-c', command], { env })
  expect(await leftOf(doomed)).toEqual([])
})

test('`clean --run` says what it would remove, then removes it, then has nothing to do', async () => {
  doomed = await startDoomed('containers')
  await killBoth()
  const said: string[] = []
  const io = { out: (text: string) => said.push(text), err: () => undefined, env: process.env, cwd: '/nowhere' }
  const flags = { run: doomed.runId, out: 'runs' }
  expect(await cleanAction({ ...flags, dryRun: true }, io)).toBe(0)
  expect(said.splice(0).join('')).toContain(`Run ${doomed.runId} is dead; to be removed\n  container badgateway-`)
  expect(await leftOf(doomed)).toHaveLength(6)
  expect(await cleanAction(flags, io)).toBe(0)
  expect(said.splice(0).join('')).toContain(`Run ${doomed.runId} was dead; removed\n  container badgateway-`)
  expect(await leftOf(doomed)).toEqual([])
  expect(await cleanAction(flags, io)).toBe(0)
  expect(said.join('')).toBe('Nothing is left of dead runs.\n')
})
