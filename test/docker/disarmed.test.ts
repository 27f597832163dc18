// @group stack 45s
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { badgateway, runFolder } from '../support/badgateway.ts'
import { expectNoExperiment } from '../support/disarmed.ts'
import { freshFolder } from '../support/folder.ts'

/** A measure that stops the fault proves nothing either when there is none. */
const upstream = ['as-it-happened', 'config-validation']

test.each([
  ['misconfigured-upstream', upstream],
  ['memory-overload-stale-cache', ['as-it-happened']],
])('%s, %j: inconclusive, because nobody saw its fault, and clean', async (scenario, variants) => {
  const out = await freshFolder()
  const which = variants.flatMap((name) => ['--variant', name])
  const ended = await badgateway(['run', scenario, '--disarm', ...which, '--time-scale', '300ms', '--out', out])
  expect(ended.code, ended.err).toBe(2)
  for (const variant of variants) await expectNoExperiment(join(runFolder(out, scenario), variant))
})
