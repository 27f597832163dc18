// @group full 20s
import { test } from 'vitest'
import { expectEndedBy } from '../support/outage.ts'

test('SIGTERM during the outage: undone, reported, not a pass', async () => {
  await expectEndedBy('SIGTERM')
})
