import { expect, test } from 'vitest'
import { judge } from '../../../src/checks/index.ts'
import { read } from '../../../src/checks/reading.ts'
import { type FactOf, factsOf, type NewFact, type PlanRecord, type RunRecord } from '../../../src/journal/index.ts'
import { notesOf, wordsOf } from '../../../src/reporters/matrix/rows.ts'
import { cellJournal, planned, rowFor } from '../../support/cell.ts'
import { changed, outageAlert, plus, replanned, wallOf, withoutKind } from '../../support/journal.ts'

const theirs: NonNullable<PlanRecord['theirs']> = {
  ...{ prometheus: 'prom', alertmanager: 'pager', scrapeMs: 5_000, evaluateMs: 5_000 },
  ...{ groupWaitMs: 1_000, settleMs: 60_000 },
}
type Way = FactOf<'alert-routed'>['way']

/** The outage as it is where their own monitoring was asked, and Alertmanager did that with the alert. */
function told(way: Way | null, more: Partial<typeof theirs> = {}): RunRecord {
  const record = replanned(cellJournal(), { theirs: { ...theirs, ...more } })
  const delivered = factsOf(record.facts, 'alert-changed').find(
    (one) => one.alert === outageAlert && one.state === 'delivered',
  )
  const at = delivered ?? expect.unreachable()
  if (way === null) return record
  const routed: NewFact = {
    ...{ kind: 'alert-routed', alert: outageAlert, labels: at.labels, way, receivers: ['staff'] },
    ...{ promAt: at.promAt, seenAt: wallOf(at.seenT), seenT: at.seenT },
  }
  const whole = plus(record, at.seenT, routed)
  if (way === 'delivered' || way === 'sent') return whole
  const facts = whole.facts.filter((one) => one.kind !== 'alert-changed' || !/deliver/.test(one.state))
  return { ...whole, facts }
}
const said = (record: RunRecord) => {
  const { figures, ...row } = rowFor(record)
  const { telling } = read(record)
  if (!figures) expect.unreachable(row.because.join('; '))
  return { figures, telling, notes: notesOf({ ...row, figures }) }
}
const renumbered = (record: RunRecord) => ({
  ...record,
  facts: record.facts.map((fact, at) => ({ ...fact, n: at + 1 })),
})

test('the row says which alert of theirs told whom, and when', () => {
  const record = told('delivered')
  const { figures, notes } = said(record)
  expect(figures.alert).toEqual({ name: outageAlert, afterMs: expect.any(Number) })
  expect(figures.theirs).toMatchObject({
    fired: [{ alert: outageAlert, way: 'delivered', receivers: ['staff'] }],
    before: [],
  })
  expect(notes).toContainEqual(
    expect.stringMatching(/^Their \w+ fired after \d\.\d s, delivered to staff after \d\.\d s\.$/),
  )
  expect(wordsOf(rowFor(record))[2]).toMatch(new RegExp(`^${outageAlert}, \\d.\\d s$`))
})

test.each([
  ['silenced', /^No receiver was told: their \w+ fired after \d\.\d s, and was silenced \(to staff\)\.$/],
  ['unreached', /^No receiver was told: .* and did not reach its receiver \(to staff\)\.$/],
] as const)('one that was %s has told nobody', (way, words) => {
  const { figures, notes } = said(renumbered(told(way)))
  expect(figures.alert).toBe('no alert')
  expect(notes).toContainEqual(expect.stringMatching(words))
})

test('in a copy one that was sent counts, and it is said that nobody took it', () => {
  const { notes } = said(told('sent'))
  expect(notes).toContainEqual(expect.stringMatching(/sent to staff after \d\.\d s; no receiver took it/))
})

test('without an Alertmanager it is told as soon as it fires', () => {
  const { figures, notes } = said(told(null, { alertmanager: null }))
  expect(figures.theirs?.fired[0]?.toldMs).toBe(figures.theirs?.fired[0]?.firedMs)
  expect(notes).toContainEqual(expect.stringMatching(/; whom it reached is not known\.$/))
})

test('what was pending before the fault tells nothing of it, and spoils nothing', () => {
  const early = changed(told('delivered'), 'alert-changed', (fact) =>
    fact.alert === outageAlert && fact.state !== 'pending' ? { promAt: wallOf(1_000) } : {},
  )
  expect(judge(early).findings.find(({ check }) => check === 'alert-times')?.status).toBe('pass')
  const { figures, telling, notes } = said(early)
  expect(telling.map(({ alert }) => alert)).not.toContain(outageAlert)
  expect(figures.theirs?.before).toContain(outageAlert)
  expect(notes).toContain(`${outageAlert} fired or was pending before, and tells nothing of it.`)
})

const silent = (wholeMs: number) => {
  const record = renumbered({
    ...told(null),
    facts: told(null).facts.filter((one) => one.kind !== 'alert-changed' || one.alert !== outageAlert),
  })
  return changed(record, 'rule-evidence', ({ rules }) => ({
    rules: rules.map((rule) => ({ ...rule, wholeMs, reachMs: 0 })),
  }))
}

test('a hold in which no rule could fire proves nothing, and the hold that would do is named', () => {
  const short = said(silent(600_000))
  expect(short.figures.alert).toBe('could not fire')
  expect(short.notes).toContainEqual(
    expect.stringMatching(/^None of \d+ rules of theirs could fire in .*: --hold 600s would do/),
  )
  const long = said(silent(5_000))
  expect(long.figures.alert).toBe('no alert')
  expect(long.notes).toContainEqual(
    expect.stringMatching(/^No alert came: (\d+) of \1 rules of theirs could have fired/),
  )
})

test.each([
  [600_000, 'inconclusive', /none of \d+ rules could have fired in the hold: .* \(--hold 600s\)/],
  [5_000, 'fail', /no alert was delivered/],
])('a budget of %d ms for rules that need it is %s', (wholeMs, status, because) => {
  const checks = [{ kind: 'told-within', withinMs: 10_000 }]
  const found = judge(replanned(silent(wholeMs), { checks })).findings.find(({ check }) => check === 'told-within')
  expect(found).toMatchObject({ status, because: expect.stringMatching(because) })
})

test('their Prometheus needs no Watchdog, and one that does not answer proves nothing', () => {
  const record = changed(told('delivered'), 'monitor-sample', () => ({ watchdogAgeMs: null }))
  expect(read(record).monitor).toMatchObject({ alive: true })
  const dead = changed(record, 'monitor-sample', () => ({ alive: false, because: 'Prometheus answers 503' }))
  expect(read(dead).monitor).toMatchObject({ alive: false, because: expect.stringContaining('answers 503') })
  expect(read(withoutKind(record, 'monitor-sample')).monitor.because).toContain('no look was taken')
})

test('what is not theirs says nothing of theirs', () => {
  expect(said(cellJournal(planned())).figures.theirs).toBeNull()
})
