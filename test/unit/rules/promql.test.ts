import { expect, test } from 'vitest'
import { type GivenRule, needsOf } from '../../../src/rules/needs.ts'
import { type Expr, parsePromql, selectorsOf } from '../../../src/rules/promql.ts'
import { missedBy, neverBecause, withoutConditions } from '../../../src/rules/results.ts'
import { expectTypes } from '../../../src/rules/value-types.ts'

const ratio = 'sum(rate(req_total{status=~"5.."}[1m])) / sum(rate(req_total[1m] offset 5m)) > 0.04'

const rule = (expr: string, more: Partial<GivenRule> = {}): GivenRule => {
  return { kind: 'alert', name: 'A', group: 'g', expr, forMs: 0, keepFiringForMs: 0, everyMs: 1_000, ...more }
}
const reachOf = (expr: string) => needsOf(rule(expr), [])?.reachMs

test('every selector is found, with its matchers and without range and offset', () => {
  const found = selectorsOf(parsePromql(ratio)).map(({ text, metric }) => [text, metric])
  expect(found).toEqual([
    ['req_total{status=~"5.."}', 'req_total'],
    ['req_total', 'req_total'],
  ])
  const [named] = selectorsOf(parsePromql('{__name__="up", job=~"a|b"}'))
  expect(named?.metric).toBe('up')
  expect(selectorsOf(parsePromql('{__name__=~"n.*"}'))[0]?.metric).toBeNull()
})

test.each([
  ['x > 1', 0],
  ['rate(x[1m]) > 1', 60_000],
  [ratio, 360_000],
  ['max_over_time(rate(x[5m])[1h:30s]) > 1', 3_900_000],
  ['x offset -1h > 1', 0],
  ['rate(x[1m]) > 1 and rate(y[1h30m]) > 1', 5_400_000],
  ['avg_over_time(x[1d]) > 1', 86_400_000],
])('how far %s looks back', (expr, ms) => expect(reachOf(expr)).toBe(ms))

test('what recording rules read is looked at through them, and rules that read each other come to an end', () => {
  const record = (name: string, expr: string) => rule(expr, { kind: 'record', name, everyMs: 15_000 })
  const all = [record('a:rate', 'rate(req_total[5m])'), record('a:max', 'max_over_time(a:rate[10m])')]
  const needs = needsOf(rule('a:max > 1', { forMs: 60_000 }), all)
  expect(needs).toMatchObject({ reachMs: 900_000, seenMs: 32_000, wholeMs: 992_000, selectors: ['req_total'] })
  const circle = [record('a', 'b'), record('b', 'a')]
  expect(needsOf(rule('a > 1'), circle)?.selectors).toEqual(['a'])
})

test.each([
  ['histogram_quantile(0.95, sum by (host) (rate(d_bucket[1m]))) > 2', "'le' is lost"],
  ['histogram_quantile(0.9, sum without (le) (rate(d_bucket[1m])))', "'le' is lost"],
  ['histogram_quantile(0.9, sum(rate(d_bucket[1m])))', "'le' is lost"],
  ['vector(1) and histogram_quantile(0.9, max by (job) (d_bucket)) > 1', "'le' is lost"],
  ['up{job="a", job="b"} == 0', 'two values of job'],
  ['up{job="a", job="b"} == 0 or up{job="c", job="b"} == 0', 'two values of job'],
  ['sum by (job) (rate(x[1m])) / sum(rate(x[1m])) > 0.1', "'/' has 'job' and the other has lost it"],
  ['sum(rate(x{status="500"}[1m])) by (status) > 0.1 * sum(rate(x[1m]))', "has 'status'"],
  ['sum by (job) (up) == 0 and on (instance) up == 0', "'and' has 'instance'"],
  ['up == 0 and vector(1)', "has 'job'"],
  ['sum without (job) (up) + ignoring (instance) up > 1', "has 'job'"],
  ['up * on (instance) group_left (x) max by (job) (info)', "has 'instance'"],
])('%s can never fire', (expr, reason) => expect(neverBecause(parsePromql(expr))).toContain(reason))

test.each([
  'histogram_quantile(0.95, sum by (le, host) (rate(d_bucket[1m]))) > 2',
  'histogram_quantile(0.95, sum without (host) (rate(d_bucket[1m])))',
  'histogram_quantile(0.95, rate(d_bucket[1m]))',
  'histogram_quantile(0.95, sum by (job) (rate(native[1m])))',
  'histogram_quantile(0.95, label_replace(sum(d_bucket), "le", "+Inf", "", ""))',
  'histogram_quantile(0.95, topk by (host) (3, d_bucket))',
  'absent(up{job="a", job="b"})',
  'up{job="a", job="b"} == 0 or up == 0',
  ratio,
  'sum by (job) (rate(x[1m])) / on () group_left sum(rate(x[1m])) > 0.1',
  'sum by (host) (rate(x[1m])) / sum by (zone) (rate(x[1m])) > 0.1',
  'sum by (job) (x) / ignoring (job) group_left sum(x) > 1',
  'up == 0 and on () vector(1)',
  'up == 0 unless sum(up) > 3',
  'up == 0 or vector(0)',
  'job:x:rate1m / sum(y) > 1',
  'up == 0 and on (x) label_replace(sum(up), "x", "a", "", "")',
  'sum by (job) (up) < 0.5 * count by (job) (up)',
  'up - up offset 5m > 1',
  'topk(3, up) == up',
  'up{x=~".*"} * on (x) sum by (y) (up)',
])('%s can fire', (expr) => expect(neverBecause(parsePromql(expr))).toBeNull())

test.each<[string, string[], string[]]>([
  ['a / b > 1', ['a'], ['b']],
  ['a > 1 or b > 1', ['a'], []],
  ['a > 1 or b > 1', [], ['a', 'b']],
  ['(sum(a) or vector(0)) == 0 and b', ['b'], []],
  ['a unless b', ['a'], []],
  ['a unless b', ['b'], ['a']],
  ['absent(a)', [], []],
  ['absent(a) and b', [], ['b']],
  ['vector(scalar(a)) > 1', [], []],
])('%s, of which only %j is there, misses %j', (expr, there, missed) => {
  expect(missedBy(parsePromql(expr), (selector) => there.includes(selector))).toEqual(missed)
})

test('what an offset stands behind is what it is of', () => {
  const tree = parsePromql('a > b offset 5m')
  expect(tree).toMatchObject({ is: 'binary', left: { text: 'a' }, right: { is: 'offset', ms: 300_000 } })
  expect(withoutConditions('a > b offset 5m', tree)).toBe('((a) +  (b offset 5m))')
})

test.each([
  ['sum(rate(x[1m])) > 1', '(sum(rate(x[1m])))'],
  ['1 < x', '(x)'],
  ['count(up == 0) > 2', '(count((up)))'],
  ['a > on (job) group_left b', '((a) + on (job) group_left() (b))'],
  ['a > 1 and b < 2 unless c', '((a) and (b))'],
  ['x == bool 1', 'x == bool 1'],
  ['absent(up == 1)', 'vector(1)'],
  ['max_over_time((x > 5)[1m:]) > 0', '(max_over_time(((x))[1m:]))'],
])('%s without its conditions is %s', (expr, bare) => {
  const found = withoutConditions(expr, parsePromql(expr))
  expect(found).toBe(bare)
  expect(parsePromql(found)).toBeDefined()
})

const check = (expr: string) => (): Expr => {
  const tree = parsePromql(expr)
  expectTypes(expr, tree)
  return tree
}

test.each([
  ['', /is empty/],
  ['sum by(le) (rate(x[1m)) > 1', /1:22: .*not expected/],
  ['x >', /1:4: it ends where something must follow/],
  ['x\n  > > 2', /2:5: /],
  ['foo(x)', /there is no function 'foo'/],
  ['rate(x)', /1:6: rate\(\) wants a range, like \[5m\] here/],
  ['sum(x[5m])', /1:5: sum\(\) wants series here/],
  ['x[5m] > 1', /takes no range/],
  ['1 > 2', /bool/],
  ['x and 1', /takes no number/],
  ['rate(x[0s])', /range of 0/],
  ['rate(x[-5m])', /never ahead/],
  ['label_replace(x, "a", "b", "c")', /label_replace\(\) has 4 of its 5 arguments/],
  ['quantile_over_time(x[5m])', /wants a number here/],
  ['topk(x)', /topk\(\) wants a number here/],
  ['topk(3)', /has 1 of its 2 arguments/],
  ['topk("3", x)', /1:6: topk\(\) wants a number/],
  ['sum(x, y)', /sum\(\) has 2 of its 1 arguments/],
  ['sum()', /has 0 of its 1/],
  ['scalar(1)', /wants series/],
  ['ln(1)', /wants series/],
  ['round(x, y)', /1:10: round\(\) wants a number/],
  ['x{a="\\d"}', /1:5: \\d is no escape of a text: write \\\\d/],
  ['x{a="b', /not closed/],
  ['x{a=~"(b"}', /'\(b' is no regular expression/],
  ['x{a=~"(?!b).*"}', /expressions have no \(\?!/],
  ['{a!="b"}', /needs a name, or a label that has a value/],
  ['{}', /needs a name/],
  ['{a=~".*"}', /needs a name/],
  ['x > 1_000', /'1_000' is no number/],
  ['rate(x[5m]) offset 1h', /1:1: offset follows a selector/],
  ['sum(x) @ end()', /@ follows a selector/],
  ['x offset 1m offset 2m', /a second offset/],
  ['a and on (b) group_left c', /'and' has neither group_left nor group_right/],
])('%j is refused at its place', (expr, message) => expect(check(expr)).toThrow(message))

test.each([
  ratio,
  'quantile_over_time(0.9, x[5m]) > 1',
  'predict_linear(x[1h], 4 * 3600) < 0',
  'time() - x > 60',
  '-x > 1',
  'holt_winters(x[5m], 0.5, 0.5) > 5. + 1',
  'a > b offset 5m',
  'a unless on (x) b{c="d"} @ end()',
  '-a offset 5m',
  'a offset 5m @ 5 > 3',
  'x{a=~"(?i)ab|(?P<x>y)[[:alpha:]]+\\\\."}',
  '{a=~".+"}',
  '{a!=""}',
  "x{a='\\'\\x41'}",
  'round(x, 0.1) > bool 1',
  'label_join(x, "a", "-", "b", "c", "d")',
  'hour() > 8 and on () hour(x) < 9',
])('%s is PromQL', (expr) => expect(check(expr)().to).toBe(expr.length))
