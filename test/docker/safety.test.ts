// @group stack 35s
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { readRecord } from '../../src/journal/index.ts'
import { pollUntil, realClock } from '../../src/kit/clock.ts'
import { badgateway, leftOvers, readJson } from '../support/badgateway.ts'
import { patience } from '../support/machine.ts'
import { expectEndedBy, outage } from '../support/outage.ts'

/** Processes of this machine that name the run in their command line. */
function processesOf(runId: string): string[] {
  const own = String(process.pid)
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === own) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(runId)
    } catch {
      return false
    }
  })
}

describe('chaos ends', () => {
  test('SIGKILL during the outage: soon no container, network or process of ours is left', async () => {
    const { run, folder, runId } = await outage()
    expect(await leftOvers(runId)).not.toEqual([])
    expect(processesOf(runId)).not.toEqual([])
    run.child.kill('SIGKILL')
    const left = async () => [...(await leftOvers(runId)), ...processesOf(runId)]
    const gone = await pollUntil(async () => ((await left()).length === 0 ? true : undefined), {
      withinMs: patience(10_000),
      everyMs: 100,
      clock: realClock,
    })
    expect(gone, (await left()).join(', ')).toBe(true)
    const { facts } = await readRecord(folder)
    expect(facts.at(-1)).toMatchObject({ kind: 'run-ended', reason: 'killed', by: 'guard' })
    expect((await badgateway(['judge', folder])).code).not.toBe(0)
    expect(readJson<Verdict>(folder, 'verdict.json').status).toBe('inconclusive')
  })

  test('SIGINT during the outage: undone, reported, not a pass', async () => {
    await expectEndedBy('SIGINT')
  })
})
