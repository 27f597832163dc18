import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, storyT, without, withoutKind } from '../../../support/journal.ts'
import { good } from './row.ts'

/** A record that a gate must not let pass, and what it says. */
export type GateRow = [gate: string, name: string, record: RunRecord, because: RegExp]

/** Loses every sign of life of the monitor between two instants, ms after the story's start. */
const deaf = (fromMs: number, toMs: number) =>
  without(good, (fact) => fact.kind === 'monitor-sample' && fact.t >= storyT + fromMs && fact.t < storyT + toMs)

/** Late in all, by seconds that begin at or after an instant, or before it. */
export const lateFrom = (t: number, late = true) =>
  changed(
    changed(good, 'ledger-closed', () => ({ scheduleLagMs: { p50: 9, p99: 50, max: 90 } })),
    'load-sample',
    (fact) => ({ scheduleLagP99Ms: fact.fromT >= t === late ? 60 : 2 }),
  )

/** Load, ledger and monitor: what measures must itself be sound. */
export const instrumentRows: GateRow[] = [
  ['load-healthy', 'late', lateFrom(storyT), /late by itself: .* passed in 8\d of 8\d seconds/],
  ['load-healthy', 'busy', changed(good, 'load-sample', () => ({ loopUtilisation: 0.93 })), /overloaded/],
  [
    'load-healthy',
    'not sent',
    changed(good, 'ledger-closed', () => ({ ledger: { http_200: 97, not_sent: 3 } })),
    /3 % not sent/,
  ],
  ['load-healthy', 'never closed', withoutKind(good, 'ledger-closed'), /never closed/],
  ['ledger-balanced', 'not adding up', changed(good, 'ledger-closed', () => ({ planned: 9 })), /add up to/],
  [
    'ledger-balanced',
    'seconds that say something else',
    changed(good, 'load-sample', (fact) => (fact.ledger['http_200'] ? { ledger: { http_201: fact.planned } } : {})),
    /http_20\d is \d+ in all/,
  ],
  [
    'ledger-balanced',
    'pressure never closed',
    without(good, (fact) => fact.kind === 'ledger-closed' && fact.source === 'pressure'),
    /ledger of pressure was never closed/,
  ],
  ['ledger-balanced', 'never compared', withoutKind(good, 'proxy-reconciled'), /never compared/],
  [
    'ledger-balanced',
    'books that differ',
    changed(good, 'proxy-reconciled', () => ({ answeredUnlogged: 4, loggedUnknown: 3 })),
    /4 not logged, 3 logged and unknown/,
  ],
  [
    'ledger-balanced',
    'a difference without a reason',
    changed(good, 'proxy-reconciled', () => ({ answeredUnlogged: 1, because: '' })),
    /for no recorded reason/,
  ],
  [
    'ledger-balanced',
    'most of it uncompared',
    changed(good, 'proxy-reconciled', () => ({ matched: 10 })),
    /of 21750 answers/,
  ],
  [
    'ledger-balanced',
    'still open',
    changed(good, 'ledger-closed', () => ({ planned: 9, ledger: { in_flight_at_end: 9 } })),
    /9 requests still open/,
  ],
  ['monitor-alive', 'no sign', withoutKind(good, 'monitor-sample'), /no sign of life at all/],
  ['monitor-alive', 'deaf for five seconds', deaf(40_000, 44_000), /for 5\.0 s, at most 4\.0 s allowed/],
  ['monitor-alive', 'deaf at the start', deaf(0, 5_000), /no sign of life of the monitor/],
  ['monitor-alive', 'deaf at the end', deaf(77_000, 999_000), /no sign of life of the monitor/],
  [
    'monitor-alive',
    'not answering',
    changed(good, 'monitor-sample', (fact) => (fact.t > storyT + 50_000 ? { alive: false, because: 'refused' } : {})),
    /: refused/,
  ],
  [
    'monitor-alive',
    'an old Watchdog',
    changed(good, 'monitor-sample', () => ({ watchdogAgeMs: 10_001 })),
    /10001 ms old/,
  ],
  [
    'monitor-alive',
    'a Watchdog that never came',
    without(good, (fact) => fact.kind === 'alert-changed' && fact.alert === 'Watchdog' && fact.state === 'delivered'),
    /Watchdog was not delivered/,
  ],
  [
    'enough-samples',
    'none in the story',
    without(good, (fact) => fact.kind === 'load-sample' && fact.fromT > storyT - 1_000),
    /0 requests during the story/,
  ],
  [
    'enough-samples',
    'a hole',
    without(good, (fact) => fact.kind === 'load-sample' && Math.floor((fact.fromT - storyT) / 1_000) === 20),
    /missing in the middle/,
  ],
]
