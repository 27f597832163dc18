import { expect, it } from 'vitest'
import type { RunRecord } from '../../../src/journal/record.ts'
import { storyT } from '../../support/journal.ts'
import { said } from './ask.ts'
import { clocked, later, old } from './rows/incident-clock.ts'

const gate = { kind: 'incident-clock' }

it('is well when every step was entered at its time, and tells how long it stood', () => {
  expect(said(clocked(old), gate)).toMatchObject({
    status: 'pass',
    because: expect.stringMatching(/the clock stood 1 time, 0\.2 s/),
  })
  const stood = said(clocked(later(4_000)), gate)
  expect(stood).toMatchObject({ status: 'pass', because: expect.stringMatching(/the clock stood 2 times, 4\.\d s/) })
})

it('asks for none where no story was begun', () => {
  const unbegun: RunRecord = { ...old, facts: old.facts.filter(({ t }) => t < storyT) }
  expect(said(unbegun, gate)).toMatchObject({ status: 'pass' })
})
