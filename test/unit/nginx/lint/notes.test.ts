import { describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, type RuleName, ruleNames, rules } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'

/** Lines of what a rule finds. */
function lines(rule: RuleName, text: string, known: Known = {}): number[] {
  const files = filesOf(new Map([[main, text]]))
  return inspect({ main, files }, known, { only: [rule] }).findings.flatMap(({ trap, line }) =>
    trap === rule ? [line] : [],
  )
}

const server = (text: string) => `server {\n${text}\n}`
const to = 'proxy_pass http://10.0.0.1'

/** What only looks like it, and what has it in another way than the rule's own example. */
const rows: [rule: RuleName, bad: string[], good: string[]][] = [
  [
    'slashes-differ',
    [
      `location ^~ /a { ${to}/; }`,
      'location /img/ { alias "/srv/img"; }',
      'location / { proxy_pass http://unix:/s:/v1; }',
    ],
    [
      `location /a { ${to}; }`,
      `location = /a { ${to}/b/; }`,
      `location ~ ^/a/ { ${to}$uri; }`,
      `location /a/ { ${to}/b?c=; }`,
      'location /img { alias /srv/img/; }',
      'location /a/ { alias /srv/$host; }',
    ],
  ],
  [
    'if-in-location',
    ['location / { try_files $uri /x; if ($a) { add_header A b; } }'],
    ['location / { if ($a) { set $b 1; } }', 'try_files $uri /x; if ($a) { set $b 1; }'],
  ],
  [
    'location-not-reached',
    ['location ~ ^/a { } location ~ ^/a { }', 'location ~ .* { } location ~* \\.png$ { }'],
    [
      'location ~ ^/a { } location ~* ^/a { }',
      'location ~ ^/$ { } location ~ ^/a { }',
      'location / { } location ~ a { }',
    ],
  ],
  [
    'root-in-locations-only',
    ['location /a { root /x; } location /b { }'],
    [
      'location /a { root /x; } location /b { return 200; }',
      'location /a { root /x; } location /b { api write=on; }',
      'location /a { root /x; } location /b { include elsewhere; }',
      'root /y; location /a { root /x; } location /b { }',
    ],
  ],
  [
    'group-not-there',
    [
      'rewrite ^ /search/$1? permanent;',
      `location ~ ^/(a)/[(]b[)] { ${to}/$2; }`,
      'location ~* "^/(?:a)(b)" { return 301 /$2; }',
    ],
    [
      `location ~ /proxy/(a|b)/(\\W*)$ { ${to}/$2; }`,
      'rewrite ^/(?<a>x)(y) /$2;',
      "rewrite ^/(?P<a>x)(?'b'y)(?=z) /$2;",
      `location ~ ^/(a) { if ($host ~ (b)(c)) { set $x 1; } ${to}/$2; }`,
      `location / { ${to}/$1; }`,
      'rewrite ^/a b$cents;',
    ],
  ],
  [
    'pattern-backtracks',
    ['location ~ ^/(?:[a-z]+)*$ { }', 'if ($uri ~ "^(\\w+)+$") { return 403; }', 'rewrite ^/(.*)*$ /x;'],
    ['location ~ ^/([a-z]+/)+$ { }', 'location ~ ^/([a-z]+)$ { }', 'location ~ ^/([a-z]{2,4})+$ { }'],
  ],
  [
    'pattern-not-anchored',
    [`location ~* /api { ${to}; }`],
    [`location ~ ^/api { ${to}; }`, `location ~ \\.php$ { ${to}; }`, 'location ~ /api { return 404; }'],
  ],
  [
    'host-not-passed',
    [`location / { ${to}; proxy_set_header X-A b; }`],
    [`proxy_set_header host $host; location / { ${to}; }`, 'location / { proxy_pass http://other.test; }'],
  ],
  [
    'body-limit-by-default',
    [`location / { ${to}; } location /b { client_max_body_size 1g; ${to}; }`],
    [`include elsewhere; location / { ${to}; }`, 'location / { return 200; }'],
  ],
  [
    'not-inherited',
    [
      'add_header A b; location / { add_header C d; }',
      'error_page 502 504 /x; location / { error_page 404 /y; }',
      'limit_req zone=a; location / { limit_req zone=b burst=5; }',
      `proxy_hide_header A; location / { ${to}; proxy_hide_header B; }`,
    ],
    [
      'add_header a b; location / { add_header A d; }',
      'add_header_inherit merge; add_header A b; location / { add_header C d; }',
      'error_page 502 504 =200 /x; location / { error_page 502 504 /y; }',
      'limit_req zone=a; location / { limit_req zone=a burst=5; }',
      'location / { add_header C d; }',
    ],
  ],
  ['clients-cut-early', ['keepalive_requests 0;'], ['keepalive_requests 1000;', 'keepalive_requests $x;']],
  [
    'of-an-older-nginx',
    ['http2_recv_timeout 5s;', 'listen 443 spdy;', 'ssl on;'],
    ['http2_push /a;', 'listen 443 ssl http2;', 'ssl off;', 'listen 443 quic;', 'set $http2 ssl;'],
  ],
  [
    'stapling-without-resolver',
    ['ssl_stapling on;'],
    ['ssl_stapling off;', 'ssl_stapling on; ssl_stapling_file a;', 'ssl_stapling on; include elsewhere;'],
  ],
]

describe.each(rows)('%s', (rule, bad, good) => {
  test.each(bad)('%s', (text) => {
    expect(lines(rule, server(text))).toEqual([2])
  })
  test.each(good)('not: %s', (text) => {
    expect(lines(rule, server(text))).toEqual([])
  })
})

test('a whole configuration is asked what a part cannot be', () => {
  const two = 'server { server_name a; } server { listen 80; server_name b; }'
  expect(lines('first-server-by-chance', `events {} http { ${two} }`)).toEqual([1])
  expect(lines('first-server-by-chance', two)).toEqual([])
  expect(lines('first-server-by-chance', `events {} http { ${two} include elsewhere; }`)).toEqual([])
  expect(lines('one-worker', 'server { }')).toEqual([])
  expect(lines('one-worker', 'events {} include elsewhere;')).toEqual([])
})

test('versions decide what is obsolete, and what overruns', () => {
  const old = server('listen 443 ssl http2;')
  expect(lines('of-an-older-nginx', old, { version: '1.24.0' })).toEqual([])
  expect(lines('of-an-older-nginx', old, { version: '1.25.1' })).toEqual([2])
  const level = (version?: string) => {
    const text = server('rewrite ^/(a) /b?c; if ($host = a) { set $d $1; } set $d $1;')
    const files = filesOf(new Map([[main, text]]))
    return inspect({ main, files }, { version }, { only: ['rewrite-overruns-heap'] }).findings.map((one) => one.level)
  }
  expect([level(), level('1.26.3'), level('1.30.1')]).toEqual([['note'], ['trap'], []])
  for (const text of [
    'rewrite ^/(a) /b?c last; set $d $1;',
    'rewrite ^/(a) /b; set $d $1;',
    'rewrite ^ /b?c; set $d 1;',
  ]) {
    expect(lines('rewrite-overruns-heap', server(text))).toEqual([])
  }
})

test('QUIC needs reuseport once a socket', () => {
  const both = 'server { listen 443 quic reuseport; } server { listen 443 quic; }'
  expect(lines('quic-without-reuseport', `worker_processes 2;\n${both}`)).toEqual([])
  expect(lines('quic-without-reuseport', 'worker_processes 2;\nserver { listen 443 quic; }')).toEqual([2])
})

test('a name that is to be followed needs somebody who is asked', () => {
  const group = (more: string) => `events {} http { upstream a { zone a 1m; server a.test:80 resolve; ${more} } }`
  expect(lines('refused-by-nginx', group(''))).toEqual([1])
  expect(lines('refused-by-nginx', group('resolver 10.0.0.9;'))).toEqual([])
})

test('hints are told to those who ask', () => {
  const files = filesOf(new Map([[main, server(`location / { ${to}; } # badgateway-ignore host-not-passed meant so`)]]))
  const names = (asked: Parameters<typeof inspect>[2]) =>
    inspect({ main, files }, {}, asked).findings.map(({ trap }) => trap)
  expect(names({})).toEqual(['default-timeouts'])
  expect(names({ hints: true })).toEqual(['body-limit-by-default', 'default-timeouts'])
  expect(names({ only: ['body-limit-by-default'] })).toEqual(['body-limit-by-default'])
})

test('every name has its rule, once', () => {
  expect(rules.map(({ trap }) => trap).toSorted()).toEqual(ruleNames.toSorted())
})
