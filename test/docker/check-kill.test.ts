// @group stack 30s
import { test } from 'vitest'
import { momentOf } from '../support/killed-check.ts'
import { expectNothingLeft } from '../support/killed-checks.ts'

test('a check that is ended while its fault is in force leaves nothing', async () => {
  await expectNothingLeft({ ...momentOf(7), after: 'fault is in force' })
})
