import type { Fact, FactOf, NewFact } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { noteLoad } from '../../../support/journal/load.ts'
import { changed, JournalWriter, renumbered, storyT, without, withoutKind } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

const [fromT, toT] = [storyT + 20_000, storyT + 30_000]

const change = (source: 'users' | 'pressure', to: { ratePerS: number; users: number; surge?: number }): NewFact => {
  return { kind: 'load-changed', source, because: 'the spike', ...to }
}

/** The good run, with ten seconds in which more users come and a second pressure presses. */
export const surged: RunRecord = (() => {
  const journal = new JournalWriter()
  noteLoad(journal, 'pressure', { fromT: fromT + 50, toT: toT + 50, ratePerS: 300, users: 0, failing: [] })
  const second = journal.facts().map((fact) => ({ ...fact, surge: 1 }) as Fact)
  const others = new JournalWriter()
    .at(fromT, change('users', { ratePerS: 50, users: 200 }))
    .at(fromT + 20, change('pressure', { ratePerS: 300, users: 20, surge: 1 }))
    .at(toT, change('users', { ratePerS: 50, users: 50 }))
    .at(toT + 1_500, change('pressure', { ratePerS: 0, users: 0, surge: 1 }))
  const facts = [...good.facts, ...second, ...others.facts()].sort((a, b) => a.t - b.t)
  const more = second.flatMap((fact) => (fact.kind === 'ledger-closed' ? [fact.planned] : []))[0] ?? 0
  const pressedToo = ({ fromT: t }: FactOf<'proxy-sample'>) => t >= fromT && t < toT
  const record = changed({ ...good, facts: renumbered(facts) }, 'proxy-reconciled', ({ matched }) => {
    return { matched: matched + more, logged: matched + more }
  })
  return changed(record, 'proxy-sample', (sample) => {
    if (!pressedToo(sample)) return {}
    const { '200': served = 0, '502': failed = 0 } = sample.byStatus
    return { byStatus: { '200': served + 300, '502': failed }, ofLoads: served + failed + 300 }
  })
})()

type Sample = FactOf<'load-sample'>
const during = (fact: Sample) => fact.source === 'users' && fact.fromT > fromT && fact.fromT + 1_000 < toT

/** The seconds of the users in the surge changed. */
const inSurge = (to: (fact: Sample) => Partial<Sample>) =>
  changed(surged, 'load-sample', (fact) => (during(fact) ? to(fact) : {}))
/** Everything of the second pressure changed. */
const pressed = (sample: Partial<Sample>, closed: (fact: FactOf<'ledger-closed'>) => object) =>
  changed(
    changed(surged, 'load-sample', (fact) => (fact.surge === 1 ? sample : {})),
    'ledger-closed',
    (fact) => (fact.surge === 1 ? closed(fact) : {}),
  )

/** The generator cannot send what was asked for, and says so in every second. */
const saturated = {
  sample: { planned: 300, ledger: { http_200: 250, not_sent: 50 }, loopUtilisation: 0.99 },
  closed: { ledger: { http_200: 2_500, not_sent: 500 } },
}

export const surgeRows: GateRow[] = [
  ['load-healthy', 'late in a surge', inSurge(() => ({ scheduleLagP99Ms: 51 })), /late by itself in 9 of 1\d seconds/],
  [
    'load-healthy',
    'busy in a surge',
    inSurge((fact) => (fact.fromT < fromT + 4_000 ? { loopUtilisation: 0.97 } : {})),
    /overloaded in 4 of/,
  ],
  [
    'load-healthy',
    'not sent in a surge',
    inSurge(() => ({ ledger: { http_200: 48, not_sent: 2 } })),
    /not sent, since the load was changed to 50\/s/,
  ],
  [
    'load-healthy',
    'nothing seen of a surge',
    without(surged, (fact) => fact.kind === 'load-sample' && fact.fromT > fromT - 1_000 && fact.fromT < toT),
    /changed to 50\/s, there is no sample/,
  ],
  [
    'load-healthy',
    'a second pressure that its own thread limits',
    pressed(saturated.sample, () => saturated.closed),
    /of pressure of surge 1 were not sent, and its thread was busy in 10 of 10/,
  ],
  [
    'ledger-balanced',
    'a surge never closed',
    without(surged, (fact) => fact.kind === 'ledger-closed' && fact.surge === 1),
    /ledger of pressure of surge 1 was never closed/,
  ],
  [
    'ledger-balanced',
    'a surge of which nothing was seen, never closed',
    without(surged, (fact) => (fact.kind === 'ledger-closed' || fact.kind === 'load-sample') && fact.surge === 1),
    /ledger of pressure of surge 1 was never closed/,
  ],
  [
    'ledger-balanced',
    'a surge that nobody began',
    withoutKind(surged, 'load-changed'),
    /the begin of pressure of surge 1/,
  ],
  [
    'ledger-balanced',
    'two pressures in one book',
    changed(surged, 'load-sample', (fact) => (fact.surge === 1 ? { surge: undefined } : {})),
    /^pressure of surge 1: http_200 is 3000 in all, 0 by the second/,
  ],
]
