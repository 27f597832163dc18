import { changed } from '../../../support/journal.ts'
import { good, never, noLoad, type Row, stopped } from './row.ts'

const everybody = { kind: 'users-affected', atLeast: 1 }
const length = { kind: 'outage-length', atLeastMs: 60_000, atMostMs: 80_000 }
const failures = { kind: 'failed-requests', atLeast: 3_000, atMost: 4_000 }

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

  ['pass', 'as long as reported', good, length, /66\.0 s without service/],
  ['fail', 'too long', good, { kind: 'outage-length', atMostMs: 5_000 }, /more than allowed/],
  ['fail', 'too short', good, { kind: 'outage-length', atLeastMs: 70_000 }, /less than expected/],
  ['fail', 'too long already', never, { kind: 'outage-length', atMostMs: 5_000 }, /more than allowed/],
  ['inconclusive', 'not over', never, { kind: 'outage-length', atMostMs: 9e6 }, /had not held again/],
  ['inconclusive', 'not over, not long enough', never, { kind: 'outage-length', atLeastMs: 9e6 }, /had not held again/],
  ['pass', 'not over, long enough', never, { kind: 'outage-length', atLeastMs: 60_000 }, /without service/],
  ['inconclusive', 'no samples', noLoad, { kind: 'outage-length', atMostMs: 5_000 }, /no request of a user/],

  ['pass', 'as many as reported', good, failures, /3301 requests failed since the fault, 3301 of them/],
  ['fail', 'too many', good, { kind: 'failed-requests', atMost: 0 }, /more than allowed/],
  ['fail', 'too few', stopped, { kind: 'failed-requests', atLeast: 1 }, /less than expected/],
  ['pass', 'none', stopped, { kind: 'failed-requests', atMost: 0 }, /0 requests failed/],
  ['inconclusive', 'no samples', noLoad, { kind: 'failed-requests', atMost: 0 }, /no request of a user/],
]
