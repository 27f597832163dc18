import { expect, test } from 'vitest'
import { outageJournal } from '../../../support/journal.ts'
import { probeFor } from '../../../support/made-kinds.ts'
import { fakeView } from '../../../support/view.ts'

const probe = probeFor({ kind: 'user-reports', many: 5 })

test('in an outage many users report', async () => {
  const observation = await probe.look(fakeView({ facts: outageJournal().facts }))
  expect(observation).toMatchObject({ finding: 'many users', evidence: { failed: 50, active: 50 } })
})

test('without an outage nobody does', async () => {
  expect((await probe.look(fakeView({ facts: outageJournal({ inForce: false }).facts }))).finding).toBe('no user')
})

test('below the threshold it is a few', async () => {
  const few = probeFor({ kind: 'user-reports', many: 51 })
  expect((await few.look(fakeView({ facts: outageJournal().facts }))).finding).toBe('a few users')
})
