import { type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, storyT, wallOf, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'
import { surged } from './surges.ts'

type Sample = FactOf<'load-sample'>
const userSeconds = (record: RunRecord, fromT = 0, toT = Infinity) =>
  factsOf(record.facts, 'load-sample').filter((one) => one.source === 'users' && one.fromT >= fromT && one.fromT < toT)

/** So many of the users' seconds changed, from an instant on. */
const some = (record: RunRecord, count: number, to: Partial<Sample>, fromT = storyT + 5_000) => {
  const chosen = new Set(
    userSeconds(record, fromT)
      .slice(0, count)
      .map(({ n }) => n),
  )
  return changed(record, 'load-sample', ({ n }) => (chosen.has(n) ? to : {}))
}
/** Late in all, and in so many seconds of the story. */
const late = (count: number) =>
  changed(some(good, count, { scheduleLagP99Ms: 50 }), 'ledger-closed', () => ({
    scheduleLagMs: { p50: 1, p99: 50, max: 90 },
  }))
const inSurge = (count: number, to: Partial<Sample>) => some(surged, count, to, storyT + 21_000)
const pressed = (notSent: number, loopUtilisation: number) =>
  changed(
    changed(good, 'load-sample', ({ source }) => (source === 'pressure' ? { loopUtilisation } : {})),
    'ledger-closed',
    ({ source, planned }) =>
      source === 'pressure' ? { ledger: { http_200: planned - notSent, not_sent: notSent } } : {},
  )
const usersUnsent = (share: number) =>
  changed(good, 'ledger-closed', ({ source, planned }) => {
    const notSent = Math.floor(planned * share)
    return source === 'users' ? { ledger: { http_200: planned - notSent, not_sent: notSent } } : {}
  })
const all = userSeconds(good).length
const drifted = (ms: number) =>
  changed(good, 'observed', ({ t }) => (t > storyT + 39_000 ? { at: wallOf(t + ms) } : {}))
const begun = { ...good, facts: good.facts.filter(({ t }) => t < storyT - 5_300) }
const gate = 'load-healthy'

export const edgeRows: GateRow[] = [
  [gate, 'late in one of twenty seconds', late(5), /late by itself: .* passed in 5 of 8\d seconds/],
  [gate, 'busy to its limit', some(good, Math.floor(all * 0.05) + 1, { loopUtilisation: 0.9 }, 0), /overloaded/],
  [gate, 'no sample', without(good, ({ kind }) => kind === 'load-sample'), /there is no sample of the load/],
  [
    gate,
    'late in three seconds of a surge',
    inSurge(3, { scheduleLagP99Ms: 50 }),
    /late by itself in 3 of 1\d seconds/,
  ],
  [gate, 'busy in two seconds of a surge', inSurge(2, { loopUtilisation: 0.9 }), /overloaded in 2 of 1\d seconds/],
  [gate, 'users who were not sent', usersUnsent(0.021), /requests were not sent/],
  [
    gate,
    'pressure by a thread that is busy',
    pressed(2_000, 0.95),
    /of pressure were not sent, and its thread was busy/,
  ],
  ['clock-steady', 'a quarter of a second apart', drifted(250), /drifted 250 ms apart/],
  [
    'clock-steady',
    'never steady',
    without(good, (fact) => fact.kind === 'phase-entered' && ['steady', 'story'].includes(fact.phase)),
    /never came to its steady state/,
  ],
  [
    'clock-steady',
    'apart, in a run without an end',
    without(drifted(900), ({ kind }) => kind === 'run-ended'),
    /900 ms/,
  ],
  [
    'steady-before',
    'looked at when the story had begun',
    changed(good, 'steady-checked', () => ({ t: storyT + 500 })),
    /not looked at before the story/,
  ],
  ['monitor-alive', 'no story', begun, /the story never began/],
]

export const edgesWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  [gate, 'late in few seconds', late(4), /schedule lag p99 50\.0 ms/],
  [
    gate,
    'busy now and then',
    some(good, Math.floor(all * 0.05), { loopUtilisation: 0.9 }, 0),
    /seconds over 90 % busy/,
  ],
  [gate, 'late in two seconds of a surge', inSurge(2, { scheduleLagP99Ms: 50 }), /schedule lag/],
  [gate, 'busy in a second of a surge', inSurge(1, { loopUtilisation: 0.9 }), /schedule lag/],
  [gate, 'nearly all users sent', usersUnsent(0.02), /2 % not sent|1\.9 % not sent/],
  [gate, 'pressure by a thread that had time', pressed(2_000, 0.4), /schedule lag/],
  [gate, 'nearly all pressure sent', pressed(100, 0.95), /schedule lag/],
  [
    'clock-steady',
    'a steady state that nobody noted',
    without(good, (fact) => fact.kind === 'phase-entered' && fact.phase === 'steady'),
    /clocks within 0 ms/,
  ],
  ['clock-steady', 'a little apart', drifted(249), /clocks within 249 ms/],
]
