import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, storyT, withoutKind } from '../../../support/journal.ts'
import { good, never, noLoad, type Row, stopped, unasked } from './row.ts'

const everybody = { kind: 'users-affected', atLeast: 1 }
const length = { kind: 'outage-length', atLeastMs: 60_000, atMostMs: 80_000 }
const failures = { kind: 'failed-requests', atLeast: 3_000, atMost: 4_000 }

/** While the first remedy was at work all were refused, and so for seconds: Nginx was down by its doing. */
const refusedByRemedies = changed(
  changed(good, 'remedy-applied', (fact) =>
    fact.remedy === 'rollback' ? { startedT: fact.startedT - 5_000, changed: true } : {},
  ),
  'load-sample',
  ({ ledger, source, fromT }) => {
    const { http_502: failed = 0 } = ledger
    const isDuring = source === 'users' && fromT > storyT + 45_500 && fromT < storyT + 49_000
    return isDuring ? { ledger: { ...ledger, http_502: 0, connect_refused: failed } } : {}
  },
)
const idle = (record: RunRecord) => changed(record, 'remedy-applied', () => ({ changed: false }))
const badGateway = { kind: 'failed-with', as: 'http_502', atLeast: 0.95 }
/** Every tenth failed request was answered 504. */
const someLate = changed(good, 'load-sample', ({ ledger, source }) => {
  const { http_502: failed = 0 } = ledger
  if (source !== 'users' || failed < 10) return {}
  return { ledger: { ...ledger, http_502: failed - failed / 10, http_504: failed / 10 } }
})

const gap = { kind: 'recovery-gap', atLeastMs: 4_000, atMostMs: 12_000 }
/** The first so many of 50 users were failed all through the outage, and this one now and then. */
const split = (kept: number, torn = -1) =>
  changed(good, 'load-sample', ({ fromT, usersFailed }) => {
    const isTorn = Math.floor(fromT / 1_000) % 2 === 0
    return { usersFailed: usersFailed.filter((user) => user < kept || (user === torn && isTorn)) }
  })
const most = { kind: 'transactions', atLeast: 0.82, atMost: 0.88 }

/** One backend was ill until so long after the story's start, ms. */
const illUntil = (toMs: number, record = good) =>
  changed(record, 'backends-seen', ({ fromT, well }) =>
    fromT > storyT && fromT < storyT + toMs
      ? { well: well.slice(1), ill: [{ service: 'web-1', because: 'no answer' }] }
      : {},
  )

export const impactRows: Row[] = [
  ['pass', 'everybody', good, everybody, /50 of 50 users, 100 %/],
  ['pass', 'nobody', stopped, { kind: 'users-affected', atMost: 0 }, /no outage/],
  ['fail', 'too many', good, { kind: 'users-affected', atMost: 0.5 }, /more than allowed/],
  ['fail', 'too few', stopped, everybody, /less than expected/],
  ['inconclusive', 'no samples', noLoad, everybody, /no request of a user/],
  ['inconclusive', 'no samples, nobody', noLoad, { kind: 'users-affected', atMost: 0 }, /no request of a user/],
  ['inconclusive', 'no bound', good, { kind: 'users-affected' }, /names no bound/],
  [
    'inconclusive',
    'users not told apart',
    changed(good, 'load-sample', () => ({ usersActive: [] })),
    everybody,
    /apart/,
  ],

  ['pass', 'all of them 502', good, badGateway, /of 3,301 failed requests 100 % 502/],
  [
    'pass',
    'what a remedy failed is not asked about',
    refusedByRemedies,
    badGateway,
    /beside \d+ that a remedy refused or closed\) 100 % 502/,
  ],
  ['fail', 'as many without a remedy', withoutKind(refusedByRemedies, 'remedy-applied'), badGateway, /less than/],
  ['fail', 'a remedy that changed nothing', idle(refusedByRemedies), badGateway, /connect refused: less than/],
  ['fail', 'some of them 504', someLate, badGateway, /9\d(\.\d)? % 502, \d+(\.\d)? % 504: less than expected/],
  ['fail', 'too many of them 504', someLate, { kind: 'failed-with', as: 'http_504', atMost: 0.05 }, /more than/],
  ['inconclusive', 'no request failed', stopped, badGateway, /no request failed/],
  ['inconclusive', 'no bound on them', good, { kind: 'failed-with', as: 'http_502' }, /names no bound/],
  ['inconclusive', 'no samples of them', noLoad, badGateway, /no request of a user/],

  ['inconclusive', 'nobody asked for any', unasked, most, /no request was made during the outage/],
  [
    'pass',
    'most, and the others never',
    split(43),
    most,
    /43 of 50 users, 86 %, were failed every time, 0 now .* 7 never/,
  ],
  ['fail', 'more than reported', split(45), most, /more than allowed/],
  ['fail', 'fewer than reported', split(40), most, /less than expected/],
  [
    'fail',
    'somebody now and then',
    split(43, 44),
    most,
    /1 now and then, 6 never: more of them incomplete than allowed/,
  ],
  ['pass', 'somebody now and then may be', split(43, 44), { ...most, tornAtMost: 0.02 }, /1 now and then/],
  ['inconclusive', 'no outage', stopped, most, /no outage lasted/],
  [
    'inconclusive',
    'users who ask more often than they are looked at',
    changed(good, 'load-sample', () => ({ usersActive: [1] })),
    most,
    /50 requests of 1 user in one second/,
  ],

  ['pass', 'as long as reported', good, length, /66\.0 s \(66 min of the incident\) without service/],
  ['fail', 'too long', good, { kind: 'outage-length', atMostMs: 5_000 }, /more than allowed/],
  ['fail', 'too short', good, { kind: 'outage-length', atLeastMs: 70_000 }, /less than expected/],
  ['fail', 'too long already', never, { kind: 'outage-length', atMostMs: 5_000 }, /more than allowed/],
  ['inconclusive', 'not over', never, { kind: 'outage-length', atMostMs: 9e6 }, /had not held again/],
  ['inconclusive', 'not over, not long enough', never, { kind: 'outage-length', atLeastMs: 9e6 }, /had not held again/],
  [
    'pass',
    'as long on its own clock',
    good,
    { kind: 'outage-length', atLeastMinutes: 60, atMostMinutes: 80 },
    /66 min/,
  ],
  ['fail', 'longer on its own clock', good, { kind: 'outage-length', atMostMinutes: 60 }, /more than allowed/],
  ['pass', 'not over, long enough', never, { kind: 'outage-length', atLeastMs: 60_000 }, /without service/],
  ['inconclusive', 'no samples', noLoad, { kind: 'outage-length', atMostMs: 5_000 }, /no request of a user/],

  ['pass', 'as many as reported', good, failures, /3,301 requests failed since the fault, 3,301 of them/],
  ['fail', 'too many', good, { kind: 'failed-requests', atMost: 0 }, /more than allowed/],
  ['fail', 'too few', stopped, { kind: 'failed-requests', atLeast: 1 }, /less than expected/],
  ['pass', 'none', stopped, { kind: 'failed-requests', atMost: 0 }, /0 requests failed/],
  ['inconclusive', 'no samples', noLoad, { kind: 'failed-requests', atMost: 0 }, /no request of a user/],

  [
    'pass',
    'a gap as reported',
    illUntil(58_000),
    gap,
    /backends were well at 15:28, 5\d\.\d s into .* users \d\.\d s later/,
  ],
  ['pass', 'no backend was ill', good, { ...gap, atMostMs: 70_000 }, /well all the time, the users 66\.\d s later/],
  ['pass', 'the users first', illUntil(68_000), { kind: 'recovery-gap', atMostMs: 0 }, /the users \d\.\d s earlier/],
  ['fail', 'too long', illUntil(20_000), gap, /more than allowed/],
  ['fail', 'too short', illUntil(64_000), gap, /less than expected/],
  ['fail', 'too long, and not over', illUntil(20_000, never), gap, /the users not \d+\.\d s later/],
  ['pass', 'long enough, and not over', illUntil(20_000, never), { kind: gap.kind, atLeastMs: 9_000 }, /the users not/],
  ['inconclusive', 'not over', illUntil(86_000, never), gap, /the users not \d+\.\d s later/],
  ['inconclusive', 'backends never well', illUntil(9e6), gap, /not well again: web-1 \(no answer\)/],
  [
    'inconclusive',
    'no observation was made',
    withoutKind(good, 'backends-seen'),
    gap,
    /the backends were not observed/,
  ],
  ['inconclusive', 'no outage', stopped, gap, /no outage/],
  ['inconclusive', 'no bound', good, { kind: gap.kind }, /names no bound/],
  ['inconclusive', 'no samples', noLoad, gap, /no request/],
]
