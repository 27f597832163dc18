import { expect, test } from 'vitest'
import { impossibleIn, tooSlowFor } from '../../../src/rules/asked-of.ts'
import { hereOf } from '../../../src/rules/here.ts'
import type { Rule } from '../../../src/rules/rule.ts'

const alert = (name: string, expr: string, more: Partial<Rule> = {}): Rule => ({
  kind: 'alert',
  name,
  file: 'own.yml',
  group: 'own',
  everyMs: null,
  expr,
  forMs: 0,
  keepFiringForMs: 0,
  ...more,
})
const untold = [{ names: 'nginx_http_re(quest|sponse).*', because: 'nobody hears its log' }]
const here = (change: object = {}) => hereOf({ jobs: ['nginx', 'gateway'], untold: [], hasTls: false, ...change })

test.each<[string, object, RegExp | null]>([
  ['nginx_http_requests_total > 1', {}, null],
  ['nginx_http_requests_total > 1', { untold }, /nginx_http_requests_total: nobody hears its log/],
  ['nginx_http_request_duration_seconds_bucket > 1', { untold }, /_bucket: nobody hears its log/],
  ['nginx_up == 0', { untold }, null],
  ['probe_ssl_earliest_cert_expiry < 1', {}, /only where the site has TLS, and this one speaks plain HTTP/],
  ['probe_ssl_earliest_cert_expiry < 1', { hasTls: true }, null],
  ['pg_up == 0', {}, /no metric pg_up here/],
  ['shop_requests_received_total > 1', {}, /no metric shop_requests_received_total here/],
  ['up{job="blackbox"} == 0', {}, /no job 'blackbox' here: there are nginx, gateway/],
])('%s with %j', (expr, change, because) => {
  const wanted = because ? [expect.stringMatching(because)] : []
  expect(impossibleIn([alert('A', expr)], here(change))).toEqual(wanted)
})

const second = 1_000
const up = 'nginx_up == 0'
test.each<[Rule, number, string | null]>([
  [alert('A', up), 3 * second, null],
  [alert('A', up, { forMs: second }), 3 * second, null],
  [
    alert('A', up, { forMs: 60 * second }),
    3 * second,
    "own.yml: A cannot fire while a fault is held for 3s: its 'for' is 1m; from --hold 62s on it can be asked",
  ],
  [alert('A', up, { forMs: 60 * second }), 62 * second, null],
  [
    alert('A', 'rate(nginx_http_requests_total[5m]) > 1'),
    3 * second,
    'own.yml: A looks 5m back, and a fault is held for 3s: its silence says something from --hold 302s on',
  ],
  [
    alert('A', up, { everyMs: 30 * second }),
    3 * second,
    'own.yml: A cannot fire while a fault is held for 3s: what it reads is looked at every 31s; ' +
      'from --hold 31s on it can be asked',
  ],
  [alert('A', 'pg_up == 0', { forMs: 60 * second }), 3 * second, null],
  [alert('A', up, { kind: 'record', forMs: 60 * second }), 3 * second, null],
])('what has no time to fire is told with the hold that it needs: %#', (rule, holdMs, told) => {
  expect(tooSlowFor(holdMs, [rule], here())).toEqual(told === null ? [] : [told])
})
