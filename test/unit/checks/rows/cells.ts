import { outageAlert, without, withoutKind } from '../../../support/journal.ts'
import { good, type Row } from './row.ts'

const unmade = withoutKind(good, 'fault-injected')
const silent = without(good, (fact) => fact.kind === 'alert-changed' && fact.alert === outageAlert)
const share = (atMost: number) => ({ kind: 'failed-share', atMost })
const told = (withinMs: number) => ({ kind: 'told-within', withinMs })
const time = (atMostMs: number) => ({ kind: 'answer-time', atMostMs })

/** What a cell of a matrix is held to. */
export const cellRows: Row[] = [
  ['pass', 'all may fail', good, share(1), /requests failed, > 99\.9 %$/],
  ['fail', 'too many', good, share(0.5), /50 % allowed/],
  ['fail', 'none may', good, share(0), /0 % allowed/],
  ['inconclusive', 'nothing was in force', unmade, share(0.5), /no fault was in force/],
  ['pass', 'in time', good, told(10_000), /was delivered after 4\.\d s/],
  ['fail', 'too late', good, told(1_000), /1\.0 s allowed/],
  ['fail', 'no alert', silent, told(10_000), /no alert was delivered/],
  ['inconclusive', 'too early to say', silent, told(900_000), /too early/],
  ['pass', 'fast', good, time(1_000), /waited \d+ ms at most/],
  ['fail', 'slow', good, time(1), /1 ms allowed/],
  ['inconclusive', 'nothing was slow', unmade, time(1), /no fault was in force/],
]
