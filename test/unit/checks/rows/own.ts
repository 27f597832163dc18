import type { NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, replanned, storyT, withoutKind } from '../../../support/journal.ts'
import { good, type Row } from './row.ts'

type Seen = { before?: string | null; after?: string | null }

/** The good run, with data that was read once its users had gone. */
const read = ({ before = '10', after = '14' }: Seen = {}): RunRecord =>
  plus(good, storyT + 60_000, {
    ...{ kind: 'data-seen', data: 'orders', before, after, acknowledged: 4, sent: 5 },
    because: before === null ? 'its client ended with 1' : '',
  })

const once = { kind: 'data-kept', data: 'orders', least: 'acknowledged', most: 'sent' }

/** The same, held to each write being there once. */
export const kept = replanned(read(), { checks: [...good.plan.checks, once] })

const cured = (step: number) => ({ kind: 'fault-cured', step })
const still: NewFact = {
  ...{ kind: 'fault-witnessed', fault: 'the deploy', moment: 'after', present: true },
  ...{ witness: 'config-hash over HTTP', because: 'still 9c1e' },
}
/** When the step of the remedy is not over yet. */
const inStepT = (good.facts.find((fact) => fact.kind === 'fault-undone' && fact.by === 'remedy')?.t ?? 0) + 1
const there = plus(withoutKind(good, 'fault-undone'), inStepT, still)
const unfelt = changed(there, 'load-sample', ({ planned }) => {
  return { ledger: { http_200: planned }, firstFailedT: null, lastFailedT: null, usersFailed: [] }
})

/** What users ask of their own commands and of their data. */
export const ownRows: Row[] = [
  ['pass', 'the fault is gone', good, cured(6), /and the fault is gone/],
  ['fail', 'it was not done', good, cured(5), /^it was not done: rollback ended with the former package/],
  ['inconclusive', 'it is no remedy', good, cured(4), /no remedy was applied/],
  ['pass', 'it is there, and users are asked about elsewhere', there, cured(6), /still there: still 9c1e/],
  ['fail', 'it is there, and no user tells', unfelt, cured(6), /^the fault is still there: still 9c1e/],
  ['inconclusive', 'nobody looked', withoutKind(good, 'fault-undone'), cured(6), /no observation/],
  ['pass', 'each write once', read(), once, /it grew from 10 to 14; 4 of 5 writes/],
  ['fail', 'one is lost', read({ after: '13' }), once, /less than acknowledged/],
  ['fail', 'one is done twice', read({ after: '16' }), once, /more than sent/],
  ['inconclusive', 'not read before', read({ before: null }), once, /not known \(its client ended with 1\)/],
  ['inconclusive', 'not read', good, once, /it was not read/],
]
