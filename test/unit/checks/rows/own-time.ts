import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageJournal, storyT } from '../../../support/journal.ts'
import { clocked } from './incident-clock.ts'
import type { Row } from './row.ts'

/** The harness kept the sixth step waiting for four seconds, and the outage was so much longer here. */
const slow = clocked(keptWaiting(4_000))

function keptWaiting(ms: number): RunRecord {
  const lateT = storyT + 49_000
  const later = (fact: { t: number }) => (fact.t > lateT ? { t: fact.t + ms } : {})
  const told = changed(outageJournal({ servedAgainMs: 66_200 + ms }), 'step-entered', later)
  return changed(changed(told, 'step-ended', later), 'remedy-applied', ({ startedT }) => {
    return { startedT: startedT + ms, t: startedT + ms + 900 }
  })
}

const byHand = 'the correction by hand'
/** Nothing was slow but the system: it came back eight seconds after the remedy was done. */
const sick = changed(clocked(outageJournal({ servedAgainMs: 74_000 })), 'remedy-applied', (fact) =>
  fact.ok ? { t: storyT + 65_900 } : {},
)
const never = clocked(outageJournal({ servedAgainMs: null }))
const kept = 'kept waiting by the harness'
const length = 'outage-length'

export const ownTimeRows: Row[] = [
  ['pass', kept, slow, { kind: length, atMostMinutes: 66.5 }, /70\.\d s \(66 min of the incident\)/],
  [
    'inconclusive',
    kept,
    slow,
    { kind: length, atMostMs: 67_000 },
    /more than allowed, [4-6]\.\d s of it by what the h/,
  ],
  ['fail', `${kept}, and by less than that`, slow, { kind: length, atMostMs: 60_000 }, /: more than allowed, .* of it/],
  ['inconclusive', byHand, slow, { kind: length, atMostMinutes: 65.5 }, /more than allowed, 0\.9 min of it by what/],
  [
    'fail',
    'late after the remedy',
    sick,
    { kind: length, atMostMinutes: 68 },
    /\(7\d min of the incident\).*: more than/,
  ],
  ['fail', 'late after the remedy', sick, { kind: length, atMostMs: 68_000 }, /7\d\.\d s .*: more than allowed/],
  ['fail', 'a remedy that does not cure', never, { kind: length, atMostMinutes: 66 }, /more than allowed/],
  ['inconclusive', kept, slow, { kind: 'failed-requests', atMost: 3_350 }, /more than allowed, \d+ requests of it by/],
  ['fail', 'late after the remedy', sick, { kind: 'failed-requests', atMost: 3_350 }, /more than allowed/],
]
