import type { Fact, FactOf } from '../../../../src/journal/facts.ts'
import { changed, outageAlert, replanned, storyT, twice, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

const users = (fact: Fact) => fact.kind === 'load-sample' && fact.source === 'users'
const alertAt = (state: string, change: Partial<FactOf<'alert-changed'>>) =>
  changed(good, 'alert-changed', (fact) => (fact.alert === outageAlert && fact.state === state ? change : {}))

const books: GateRow[] = [
  [
    'ledger-balanced',
    'a load closed twice',
    twice(good, (fact) => fact.kind === 'ledger-closed' && fact.source === 'pressure'),
    /pressure was closed twice/,
  ],
  ['ledger-balanced', 'compared twice', twice(good, (fact) => fact.kind === 'proxy-reconciled'), /compared twice/],
  [
    'ledger-balanced',
    'more matched than answered',
    changed(good, 'proxy-reconciled', ({ matched }) => ({ matched: matched + 1 })),
    /of 21750 answers only 21751/,
  ],
  [
    'ledger-balanced',
    'lost without a loss',
    changed(good, 'proxy-reconciled', () => ({ lostButLogged: 3 })),
    /the clients lost only 0/,
  ],
  [
    'ledger-balanced',
    'the log not counted',
    changed(good, 'proxy-reconciled', () => ({ logged: undefined })),
    /were not counted/,
  ],
  [
    'ledger-balanced',
    'a log of other size',
    changed(good, 'proxy-reconciled', () => ({ logged: 43_500 })),
    /logged 43500 requests of the loads, the books know 21750/,
  ],
  [
    'ledger-balanced',
    'a second of the log twice',
    twice(good, (fact) => fact.kind === 'proxy-sample' && fact.n < 200),
    /log is recorded twice/,
  ],
  [
    'ledger-balanced',
    'a log that lost half',
    changed(good, 'proxy-sample', () => ({ ofLoads: 100 })),
    /but 8\d00 by the second/,
  ],
  [
    'ledger-balanced',
    'other statuses in the log',
    changed(good, 'proxy-sample', () => ({ byStatus: { '200': 250 } })),
    /answers 502, the proxy logged fewer/,
  ],
  ['load-as-planned', 'a second twice', twice(good, (fact) => users(fact) && fact.n < 200), /recorded twice/],
  [
    'load-as-planned',
    'nobody asked for a while',
    changed(good, 'load-sample', ({ source, fromT }) =>
      source === 'users' && fromT > storyT + 30_000 ? { planned: 0 } : {},
    ),
    /0 requests in a second for which the plan has 50/,
  ],
  [
    'load-as-planned',
    'a little less than planned',
    changed(good, 'load-sample', ({ source }) => (source === 'users' ? { planned: 47 } : {})),
    /47 requests in a second/,
  ],
  [
    'load-as-planned',
    'more than planned',
    changed(good, 'load-sample', ({ source }) => (source === 'users' ? { planned: 60 } : {})),
    /60 requests in a second/,
  ],
  [
    'load-as-planned',
    'a plan of other load',
    replanned(good, { load: { users: { ratePerS: 80 } } }),
    /the plan has 80/,
  ],
  ['load-as-planned', 'a plan without load', replanned(good, { load: {} }), /does not tell/],
  ['load-as-planned', 'nobody seen', without(good, users), /no sample of the users/],
]

const monitoring: GateRow[] = [
  [
    'monitor-alive',
    'no target up',
    changed(good, 'monitor-sample', () => ({ targetsUp: 0, targetsDown: ['backend api-1'] })),
    /none of its targets/,
  ],
  [
    'monitor-alive',
    'a dead target',
    changed(good, 'monitor-sample', () => ({ targetsUp: 8, targetsDown: ['backend database-1'] })),
    /backend database-1 was down in \d+ of/,
  ],
  [
    'monitor-alive',
    'targets that vanish',
    changed(good, 'monitor-sample', ({ t }) => (t > storyT + 30_000 ? { targetsUp: 5 } : {})),
    /of 9 targets some were not there/,
  ],
  [
    'monitor-alive',
    'no rules',
    changed(good, 'stack-snapshot', ({ snapshot }) => ({ snapshot: { ...snapshot, rules: {} } })),
    /no rule but that of the Watchdog/,
  ],
  [
    'monitor-alive',
    'rules unknown',
    changed(good, 'stack-snapshot', ({ snapshot }) => ({ snapshot: { ...snapshot, rules: null } })),
    /rules of Prometheus were not recorded/,
  ],
  [
    'alert-times',
    'pending before the fault',
    alertAt('pending', { promAt: wallOf(storyT - 900) }),
    /SuccessRateDropped, 0\.9 s before it/,
  ],
  [
    'alert-times',
    'firing before the fault, by Prometheus',
    alertAt('firing', { promAt: wallOf(storyT - 9_000) }),
    /9\.0 s before it/,
  ],
  [
    'alert-times',
    'begun before the fault, by Alertmanager',
    alertAt('delivered', { promAt: wallOf(storyT - 5_000) }),
    /5\.0 s before it/,
  ],
  [
    'alert-times',
    'seen before it was there',
    alertAt('firing', { promAt: wallOf(storyT + 60_000) }),
    /before it was there, by Prometheus/,
  ],
  ['alert-times', 'without a time', alertAt('firing', { promAt: null }), /Prometheus gives no time/],
  ['alert-times', 'seen at two moments', alertAt('firing', { seenT: storyT + 1_000 }), /at two moments/],
  [
    'alert-times',
    'noted before it was seen',
    changed(good, 'alert-changed', ({ t, state }) =>
      state === 'delivered' ? { seenT: t + 900, seenAt: wallOf(t + 900) } : {},
    ),
    /noted before it was seen/,
  ],
  [
    'alert-times',
    'seen late',
    changed(good, 'alert-changed', ({ seenT, state }) =>
      state === 'firing' ? { promAt: wallOf(seenT - 31_000) } : {},
    ),
    /31\.0 s before it was seen/,
  ],
]

/** Sabotages of ledgers and monitoring that once passed. */
export const bookRows: GateRow[] = [...books, ...monitoring]
