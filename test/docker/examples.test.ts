// @group stack 60s
import { beforeAll, expect, test } from 'vitest'
import { checkExample, prepareExamples } from '../../bench/support/examples.ts'
import { composeOf } from '../support/compose-tools.ts'

beforeAll(prepareExamples)

test('what is cached hides a registry that is gone, and all else fails until it is back', async () => {
  const { env } = await composeOf(1)
  const { rows, err } = await checkExample('verdaccio', { isMended: false, only: ['refuse/verdaccio'], env })
  const [row] = rows
  expect(row?.figures, err).not.toBeNull()
  expect(row?.figures?.failedShare).toBeGreaterThan(0)
  expect(row?.figures?.failedShare).toBeLessThan(0.9)
  expect(row?.figures?.endedBy).toBe('with the fault')
})
