import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { readRecord } from '../../src/journal/index.ts'
import { isFile, leftOvers, readJson, runFolder, startBadgateway } from './badgateway.ts'
import { freshFolder } from './folder.ts'

const scenario = 'misconfigured-upstream'
const variant = 'as-it-happened'

/** A run that is in the middle of its outage. */
export async function outage() {
  const out = await freshFolder()
  const run = startBadgateway(['run', scenario, '--variant', variant, '--time-scale', '500ms', '--out', out])
  await run.line(/many users/)
  const folder = join(runFolder(out, scenario), variant)
  const { facts } = await readRecord(folder)
  const [first] = facts
  const runId = first?.kind === 'run-started' ? first.runId : ''
  return { run, folder, runId }
}

/** A run that is interrupted in its outage undoes, reports and is no pass. */
export async function expectEndedBy(signal: 'SIGINT' | 'SIGTERM'): Promise<void> {
  const { run, folder, runId } = await outage()
  run.child.kill(signal)
  const { code, err } = await run.ended
  expect(code, err).toBe(3)
  expect(await leftOvers(runId)).toEqual([])
  expect(isFile(folder, 'report.html')).toBe(true)
  const { facts } = await readRecord(folder)
  expect(facts.at(-1)).toMatchObject({ kind: 'run-ended', reason: 'interrupted', by: 'harness' })
  expect(readJson<Verdict>(folder, 'verdict.json')).toMatchObject({ status: 'inconclusive', clean: true })
}
