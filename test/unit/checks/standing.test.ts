import { expect, test } from 'vitest'
import { read } from '../../../src/checks/reading.ts'
import { steadyBefore } from '../../../src/checks/validity/steady-before.ts'
import type { NewFact, RunRecord } from '../../../src/journal/index.ts'
import { cellJournal } from '../../support/cell.ts'
import { changed, outageJournal, plus, storyT, wallOf } from '../../support/journal.ts'

const firing = (alert: string, t: number): NewFact => ({
  kind: 'alert-changed',
  alert,
  labels: { alertname: alert },
  summary: '',
  state: 'firing',
  promAt: wallOf(t),
  seenAt: wallOf(t),
  seenT: t,
  receiver: null,
})
const early = (record: RunRecord) => plus(record, storyT - 900, firing('TheirWatchdog', storyT - 900))
const standing = (record: RunRecord, names: string[]) =>
  changed(early(record), 'steady-checked', () => ({ standing: names }))
const judged = (record: RunRecord) => steadyBefore.ask(read(record), { kind: 'steady-before' })[0]?.status

test('an alert that fires whatever happens spoils no cell, if that was told', () => {
  expect(judged(standing(cellJournal(), ['TheirWatchdog']))).toBe('pass')
  expect(judged(standing(cellJournal(), ['Another']))).toBe('inconclusive')
  expect(judged(early(cellJournal()))).toBe('inconclusive')
})

test('where our rules are asked none may fire', () => {
  expect(judged(standing(outageJournal(), ['TheirWatchdog']))).toBe('inconclusive')
})
