import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Verdict } from '../../src/checks/index.ts'
import { factsOf, readRecord } from '../../src/journal/index.ts'
import { leftOvers, readJson, runIdOf } from './badgateway.ts'

/** One run in which nothing was injected: no experiment, by the word of its witness, and nothing is left. */
export async function expectNoExperiment(place: string): Promise<void> {
  const { status, clean, findings } = readJson<Verdict>(place, 'verdict.json')
  expect({ status, clean }).toEqual({ status: 'inconclusive', clean: true })
  const unseen = findings.filter(({ check }) => check === 'fault-witnessed').map(({ because }) => because)
  expect(unseen.join()).toContain('not there at its start')
  expect(readFileSync(join(place, 'report.html'), 'utf8')).toContain('not there at its start')
  // Nothing was there to experiment with, so the story ended with its first fault.
  const { facts } = await readRecord(place)
  expect(factsOf(facts, 'fault-injected')).toHaveLength(1)
  expect(factsOf(facts, 'step-entered').at(-1)?.what).toMatchObject({ does: 'fault' })
  expect(await leftOvers(runIdOf(place))).toEqual([])
}
