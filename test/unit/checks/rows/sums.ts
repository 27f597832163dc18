import { type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, storyT, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'
import { surged } from './surges.ts'

const gate = 'ledger-balanced'
const [books] = factsOf(good.facts, 'proxy-reconciled')
const matched = books?.matched ?? 0
const planned = factsOf(good.facts, 'ledger-closed').reduce((sum, closed) => sum + closed.planned, 0)
const reconciled = (to: Partial<FactOf<'proxy-reconciled'>>) => changed(good, 'proxy-reconciled', () => to)
const unlogged = (count: number, logged: number) =>
  reconciled({ matched: matched - count, answeredUnlogged: count, logged, because: 'a worker died' })
const openPressure = (source: 'users' | 'pressure') => {
  const seconds = changed(good, 'load-sample', (sample) =>
    sample.source === source && sample.fromT < storyT - 4_000
      ? { ledger: { http_200: sample.planned - 1, in_flight_at_end: 1 } }
      : {},
  )
  const own = factsOf(seconds.facts, 'load-sample').filter((sample) => sample.source === source)
  const open = own.reduce((sum, { ledger }) => sum + (ledger.in_flight_at_end ?? 0), 0)
  const closed = changed(seconds, 'ledger-closed', (fact) =>
    fact.source === source
      ? { ledger: { ...fact.ledger, http_200: (fact.ledger['http_200'] ?? 0) - open, in_flight_at_end: open } }
      : {},
  )
  return changed(closed, 'proxy-reconciled', () => ({ matched: matched - open, logged: matched - open }))
}
/** Lines of the log that no second has: so many of its first. */
const lines = (count: number) => {
  const [first] = factsOf(good.facts, 'proxy-sample')
  return changed(good, 'proxy-sample', ({ n, ofLoads = 0 }) => (n === first?.n ? { ofLoads: ofLoads - count } : {}))
}
const surgeEnd = ({ kind, ...fact }: { kind: string; surge?: number | undefined; ratePerS?: number | null }) =>
  kind === 'load-changed' && fact.surge === 1 && fact.ratePerS === 0

export const sumRows: GateRow[] = [
  [
    gate,
    'of no users',
    without(good, (fact) => 'source' in fact && fact.source === 'users' && fact.kind !== 'load-changed'),
    /^the users' ledger was never closed/,
  ],
  [
    gate,
    'nothing planned',
    changed(good, 'ledger-closed', () => ({ planned: 0, ledger: {} })),
    /no request was planned/,
  ],
  [
    gate,
    'a second of more than its classes',
    changed(good, 'load-sample', ({ source, planned: all }) => (source === 'users' ? { planned: all + 1 } : {})),
    /users: a second of 51 planned has 50/,
  ],
  [gate, 'users still open', openPressure('users'), /^users: \d requests? still open at the end/],
  [
    gate,
    'one in two hundred unlogged',
    unlogged(Math.ceil(matched / 200), matched),
    /the books differ: \d+ answers in both/,
  ],
  [
    gate,
    'unlogged, and nobody says why',
    changed(unlogged(1, matched), 'proxy-reconciled', () => ({ because: '' })),
    /for no recorded reason/,
  ],
  [
    gate,
    'logged more than it can be',
    unlogged(2, matched + 1),
    /the proxy logged \d+ requests of the loads, the books/,
  ],
  [
    gate,
    'logged less than it must be',
    unlogged(2, matched - 3),
    /the proxy logged \d+ requests of the loads, the books/,
  ],
  [gate, 'lines of no second', lines(Math.ceil(matched * 0.02)), /requests of the loads, but \d+ by the second/],
  [
    gate,
    'a surge that ends before its books are closed',
    changed(surged, 'load-changed', (fact) => (surgeEnd(fact) ? { n: 1 } : {})),
    /surge 1 was not noted when it began/,
  ],
  [
    gate,
    'a surge that only ends',
    without(surged, (fact) => fact.kind === 'load-changed' && fact.surge === 1 && fact.ratePerS !== 0),
    /surge 1 was not noted when it began/,
  ],
]

export const sumsWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  [
    gate,
    'with the sum of all',
    good,
    new RegExp(`^${planned} requests, each in one class; ${matched} answers in both`),
  ],
  [gate, 'with what is not logged', unlogged(2, matched), /2 not logged, 0 logged and unknown/],
  [gate, 'one in two thousand not logged', unlogged(Math.floor(matched / 2_000), matched - 3), /not logged, 0 logged/],
  [gate, 'logged with another status', unlogged(2, matched - 2), /2 not logged/],
  [gate, 'pressure still open', openPressure('pressure'), /requests, each in one class/],
  [gate, 'late lines', lines(Math.floor(matched * 0.008)), /requests, each in one class/],
  [gate, 'a surge that the run ends', without(surged, surgeEnd), /requests, each in one class/],
]
