import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import { exitOf } from '../../../src/commands/retell.ts'
import type { RunRecord } from '../../../src/journal/index.ts'
import { changed, outageJournal, plus } from '../../support/journal.ts'

const good = outageJournal()
const exitFor = (record: RunRecord) => exitOf({ variants: [{ record, verdict: judge(record) }] })
const interrupted = changed(good, 'run-ended', () => ({ reason: 'interrupted' }))
const problem = { kind: 'problem', code: 'INTERRUPTED', message: '', hint: '', whose: 'environment' } as const

test('a run that is judged again exits as it did', () => {
  expect(exitFor(good)).toBe(0)
  expect(exitFor(changed(good, 'world-compared', () => ({ clean: false, differences: ['a container'] })))).toBe(4)
  expect(exitFor(plus(interrupted, 1_000, problem))).toBe(3)
  expect(exitFor(changed(good, 'run-ended', () => ({ reason: 'killed' })))).toBe(3)
  expect(exitFor(changed(good, 'run-ended', () => ({ reason: 'failed' })))).toBe(2)
})
