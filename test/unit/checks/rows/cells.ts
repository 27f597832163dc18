import { Spread } from '../../../../src/kit/thresholds/spread.ts'
import { changed, outageAlert, without, withoutKind } from '../../../support/journal.ts'
import { good, type Row } from './row.ts'

const unmade = withoutKind(good, 'fault-injected')
const silent = without(good, (fact) => fact.kind === 'alert-changed' && fact.alert === outageAlert)
const share = (atMost: number) => ({ kind: 'failed-share', atMost })
const told = (withinMs: number) => ({ kind: 'told-within', withinMs })
const time = (atMostMs: number) => ({ kind: 'answer-time', atMostMs })
const spread = (ms: number) => {
  const all = new Spread()
  all.record(ms)
  return all.data()
}
/** With histograms: every answer took so long. */
const timed = (ms: number) => changed(good, 'load-sample', () => ({ spread: spread(ms) }))
const held = (metric: string, is: string, more: { measured?: true } = {}) => ({
  kind: 'threshold',
  metric,
  is,
  ...more,
})

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
  ['pass', 'a share that is kept', good, held('http_req_failed', 'rate<=1'), /100 %|> 99\.9 %/],
  ['fail', 'a share that is not', good, held('http_req_failed', 'rate<0.01'), /: not kept$/],
  ['pass', 'not kept and only told', good, held('http_req_failed', 'rate<0.01', { measured: true }), /: not kept$/],
  ['inconclusive', 'too few', timed(4), held('http_req_duration', 'p(99.9)<300'), /rests on .* and needs 100,000/],
  ['pass', 'quick', timed(4), held('http_req_duration', 'med<300'), /^4 ms over/],
  ['fail', 'slow', timed(400), held('http_req_duration', 'med<300'), /^400 ms over .*: not kept$/],
  ['inconclusive', 'no histogram', good, held('http_req_duration', 'med<300'), /no histogram/],
  ['inconclusive', 'no metric', good, held('http_req_waiting', 'med<300'), /http_req_waiting is not known/],
  ['fail', 'nobody was served', good, held('goodput', 'rate>0.99'), /: not kept$/],
  ['pass', 'it was done', good, { kind: 'deed-done', step: 6 }, /./],
  ['fail', 'it was refused', good, { kind: 'deed-done', step: 5 }, /./],
  ['inconclusive', 'no deed in that step', good, { kind: 'deed-done', step: 0 }, /nothing was done/],
]
