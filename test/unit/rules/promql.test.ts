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
  ['rate(x)', /1:6: rate\(\) looks at a range/],
  ['sum(x[5m])', /takes no range/],
  ['x[5m] > 1', /takes no range/],
  ['1 > 2', /bool/],
  ['x and 1', /takes no number/],
  ['rate(x[0s])', /range of 0/],
])('%j is refused at its place', (expr, message) => expect(check(expr)).toThrow(message))

test.each([
  ratio,
  'quantile_over_time(0.9, x[5m]) > 1',
  'predict_linear(x[1h], 4 * 3600) < 0',
  'time() - x > 60',
  '-x > 1',
])('%s is PromQL', (expr) => expect(check(expr)().to).toBe(expr.length))
