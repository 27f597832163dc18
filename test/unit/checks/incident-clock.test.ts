import { expect, it } from 'vitest'
import { said } from './ask.ts'
import { clocked, later, old } from './rows/incident-clock.ts'

const gate = { kind: 'incident-clock' }

it('is well when every step was entered at its time, and tells how long it stood', () => {
  expect(said(clocked(old), gate)).toMatchObject({ status: 'pass', because: expect.stringMatching(/never stood/) })
  const stood = said(clocked(later(4_000)), gate)
  expect(stood).toMatchObject({ status: 'pass', because: expect.stringMatching(/the clock stood 1 time, 4\.0 s/) })
})

it('says of an older journal that there was none', () => {
  expect(said(old, gate)).toMatchObject({ status: 'pass', because: expect.stringMatching(/no clock of the incident/) })
})
