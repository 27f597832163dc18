import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import { read } from '../../../src/checks/reading.ts'
import { ledgerBalanced } from '../../../src/checks/validity/ledger-balanced.ts'
import { factsOf, type PlanRecord, type RunRecord } from '../../../src/journal/index.ts'
import { matrixSentence, sortedRows } from '../../../src/reporters/matrix/rows.ts'
import { cellJournal } from '../../support/cell.ts'
import { changed, outageJournal, replanned, withoutKind } from '../../support/journal.ts'

const words = 'no $http_x_request_id, so those of its other users are counted with ours'
const byStatus = { ownLog: { by: 'status', words } } satisfies Partial<PlanRecord>
const told = (record: RunRecord) => ledgerBalanced.ask(read(record), { kind: 'ledger-balanced' })[0]
const good = withoutKind(replanned(outageJournal(), byStatus), 'proxy-reconciled')

test('answers of each status are held against a log without ids, and those of others are no fault of ours', () => {
  const more = changed(good, 'proxy-sample', ({ byStatus: all }) => ({ byStatus: { ...all, 200: 999, 404: 3 } }))
  for (const record of [good, more]) {
    expect(told(record)).toMatchObject({ status: 'pass', because: expect.stringMatching(/as many answers of each/) })
  }
})

test('answers that the log has not are a doubt', () => {
  const [first] = factsOf(good.facts, 'proxy-sample')
  const short = changed(good, 'proxy-sample', ({ n }) => (n === first?.n ? { byStatus: {} } : {}))
  expect(told(short)).toMatchObject({
    status: 'inconclusive',
    because: expect.stringMatching(/^clients got \d+ answers 200, the proxy logged fewer$/),
  })
})

test('a log of which no line could be read is no book', () => {
  const unread = changed(good, 'proxy-sample', () => ({ byStatus: {} }))
  const words = /not compared: no line of the proxy's own log could be read$/
  for (const by of ['id', 'status'] as const) {
    const record = replanned(unread, { ownLog: { by, words: '' } })
    expect(told(record)).toMatchObject({ status: 'pass', because: expect.stringMatching(words) })
  }
})

test('books that were compared by ids which the log has not are a doubt', () => {
  const record = replanned(outageJournal(), byStatus)
  expect(told(record)).toMatchObject({ status: 'inconclusive', because: expect.stringMatching(/has no ids/) })
})

test('what the log does not tell stands with the matrix, once', () => {
  const record = replanned(cellJournal(), { ownLog: { by: 'id', words: 'a thing' } })
  const variant = { record, verdict: judge(record) }
  expect(matrixSentence(sortedRows({ variants: [variant, variant] }))).toMatch(/\. Of the proxy's own log: a thing\.$/)
})
