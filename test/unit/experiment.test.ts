import { expect, test } from 'vitest'
import { judge } from '../../src/checks/index.ts'
import { exitCodeOf, worstOf } from '../../src/experiment.ts'
import { BadgatewayError } from '../../src/kit/errors.ts'
import { outageJournal } from '../support/journal.ts'

const record = outageJournal()
const passed = { record, verdict: judge(record) }
const run = { variants: [passed] }
const done = { reason: 'completed', clean: true } as const
const interrupted = {
  ...done,
  reason: 'interrupted',
  error: new BadgatewayError('INTERRUPTED', 'stopped', ''),
} as const
const unsteady = { ...done, reason: 'failed' } as const
const full = { ...done, reason: 'failed', error: new BadgatewayError('JOURNAL_UNWRITABLE', 'disk full', '') } as const

test('a pass needs every variant that was planned', () => {
  expect(exitCodeOf(run, [done], 1)).toBe(0)
  expect(exitCodeOf(run, [done], 2)).toBe(3)
  expect(exitCodeOf({ variants: [] }, [], 1)).toBe(3)
})

test.each([
  ['interrupted', interrupted, 3],
  ['broken by the disk, which the journal cannot tell', full, 3],
  ['never steady', unsteady, 2],
  ['not proven clean', { ...interrupted, clean: false }, 4],
])('a run that is %s says so', (_, end, code) => {
  expect(exitCodeOf(run, [end], 1)).toBe(code)
})

test('a report that cannot be written hides neither what is left nor why the run broke', () => {
  const thrown = new BadgatewayError('RUN_DIR_INVALID', 'no space', '')
  expect(worstOf(thrown, [done])).toBe(thrown)
  expect(worstOf(thrown, [done, full])).toBe(full.error)
  expect(worstOf(thrown, [{ ...done, clean: false }, full])).toMatchObject({ code: 'NOT_CLEAN', exitCode: 4 })
})

test('a shared stack that is not proven to be gone is no clean end of the run that met it', () => {
  const error = new BadgatewayError('NOT_CLEAN', 'it stays', 'badgateway clean removes it.')
  expect(exitCodeOf(run, [{ reason: 'failed', clean: true, error }], 1)).toBe(4)
})
