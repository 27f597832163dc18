import { changed, killedAt, outagePlan, storyT, withoutKind } from '../../../support/journal.ts'
import { good, never, noLoad, quiet, type Row, unasked } from './row.ts'

/** One step begins so many ms later than it did, and, unless it is kept waiting, because the one before ended late. */
const late = (step: number, byMs: number, idle = false) =>
  changed(
    changed(good, 'step-entered', (fact) => (fact.step === step ? { t: fact.t + byMs } : {})),
    'step-ended',
    (fact) => (fact.step === step - 1 && !idle ? { t: storyT + (dueOf(step) ?? 0) + byMs } : {}),
  )
const dueOf = (step: number) => outagePlan().story.find((planned) => planned.step === step)?.dueMs

const onTime = { kind: 'on-time', withinMinutes: 3 }
const begins = { kind: 'outage-begins', from: '14:30', to: '14:31' }
const deep = { kind: 'outage-depth', atLeast: 0.99 }

export const clockRows: Row[] = [
  [
    'pass',
    'every step',
    good,
    onTime,
    /step \d, due at \d\d:\d\d, came 0\.\d s \(0\.\d min .*\) late, and no other later/,
  ],
  ['pass', 'as late as it may be', late(5, 2_900), onTime, /step 6, due at 15:20, came 2\.9 s \(2\.9 min/],
  ['inconclusive', 'what came before took longer', late(6, 3_100), onTime, /3\.1 min .*: the harness took longer/],
  ['inconclusive', 'the harness was late', late(5, 3_100, true), onTime, /3\.1 min .*: the harness took longer/],
  ['inconclusive', 'no story', withoutKind(good, 'step-entered'), onTime, /no step of the story was entered/],

  ['pass', 'at its time', good, begins, /the outage began at 14:30/],
  [
    'inconclusive',
    'too early',
    good,
    { ...begins, from: '14:31', to: '14:40' },
    /the outage began at 14:30, before 14:31 \(by the harness's own time/,
  ],
  ['inconclusive', 'too late', good, { ...begins, from: '14:20', to: '14:29' }, /at 14:30, after 14:29/],
  ['inconclusive', 'no outage', quiet, begins, /there was no outage/],
  ['inconclusive', 'no time at all', good, { ...begins, from: '14:32' }, /no time is between 14:32 and 14:31/],
  ['inconclusive', 'no samples', noLoad, begins, /no request/],

  ['pass', 'all that was asked', good, deep, /in 6\d seconds of outage ([\d,]+) of \1 requests failed, 100 %/],
  ['pass', 'all but what waited for its end', shallow(0.6, 78_100), { ...deep, atLeast: 1 }, /failed, 100 %/],
  ['fail', 'a part of it', shallow(0.6), deep, /60 %: less than expected/],
  ['fail', 'more than a part', good, { kind: 'outage-depth', atMost: 0.5 }, /more than allowed/],
  ['inconclusive', 'not over', never, deep, /the outage was not over/],
  ['inconclusive', 'nothing asked in it', unasked, deep, /nothing was asked/],
  ['inconclusive', 'no whole second of it', killedAt(good, storyT + 1_900), deep, /no outage lasted a whole second/],
  ['inconclusive', 'no outage at all', quiet, deep, /no outage lasted a whole second/],
  ['inconclusive', 'no bound', good, { kind: 'outage-depth' }, /names no bound/],
]

/** So much of what failed was served after all, in every second or in one. */
function shallow(share: number, only?: number) {
  return changed(good, 'load-sample', ({ source, ledger, planned, fromT }) => {
    const { http_502: failed = 0 } = ledger
    if (source !== 'users' || failed < planned || (only ?? fromT) !== fromT) return {}
    const left = Math.round(failed * share)
    return { ledger: { ...ledger, http_502: left, http_200: (ledger['http_200'] ?? 0) + failed - left } }
  })
}
