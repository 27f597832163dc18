import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, lint, rules, tellFinding } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const fine = `
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_connect_timeout 1s; proxy_send_timeout 4s; proxy_read_timeout 4s;`
const group = 'upstream web { zone web 64k; server 10.0.0.1:80; server 10.0.0.2:80; }'
const site = (text: string) => `http { ${group} server { location / { ${fine} proxy_pass http://web; ${text} } } }`
const kept = (text: string) =>
  `http { upstream k { server 10.0.0.1:80; keepalive 4; }
    server { ${fine} location / { proxy_pass http://k; ${text} } } }`
const upstream = (text: string) => `worker_processes 2; http { upstream web { zone web 64k; ${text} } }`

function traps(text: string, known: Known = {}): string[] {
  return lint(main, new Map([[main, text]]), known).map(({ trap, line }) => `${trap}:${line}`)
}

/** Each trap in a configuration that has it, and in one that only looks like it. */
const rows: [trap: string, bad: string, good: string, known?: Known][] = [
  [
    'single-server-counts-nothing',
    upstream('server 10.0.0.1:80 max_fails=3;'),
    upstream('server 10.0.0.1:80 max_fails=3; server 10.0.0.2:80;'),
  ],
  [
    'down-sibling',
    upstream('server 10.0.0.1:80; server 10.0.0.2:80 down;'),
    upstream('server 10.0.0.1:80 max_fails=0; server 10.0.0.2:80 down;'),
  ],
  ['no-server-up', upstream('server 10.0.0.1:80 down;'), upstream('server 10.0.0.1:80;')],
  [
    'upstream-without-zone',
    'worker_processes auto; http { upstream web { server 10.0.0.1:80; server 10.0.0.2:80; } }',
    'http { upstream web { server 10.0.0.1:80; server 10.0.0.2:80; } }',
  ],
  [
    'keepalive-longer-than-backend',
    upstream('server 10.0.0.1:80; keepalive 8;'),
    upstream('server 10.0.0.1:80; keepalive 8; keepalive_timeout 4s;'),
    { backendKeepAliveS: 5 },
  ],
  [
    'nobody-listens',
    upstream('server 10.0.0.1:8090; server 10.0.0.2;'),
    upstream('server 10.0.0.3:80; server 10.0.0.2 down; server 10.0.0.4;'),
    { unreachable: ['10.0.0.1:8090', '10.0.0.2:80'] },
  ],
  ['names-resolved-once', upstream('server web-1:80;'), upstream('server web-1:80 resolve; server unix:/tmp/s;')],
  ['default-timeouts', 'http { server { location / { proxy_pass http://a:1; proxy_read_timeout 3s; } } }', site('')],
  [
    'next-upstream-off',
    site('proxy_next_upstream off;'),
    'http { proxy_next_upstream off; upstream one { server 10.0.0.1:80; } }',
  ],
  [
    'retries-what-is-not-idempotent',
    site('proxy_next_upstream error non_idempotent;'),
    site('proxy_next_upstream error;'),
  ],
  ['keepalive-not-used', kept('proxy_set_header Host $host;'), kept('')],
  [
    'resolver-missing',
    site('set $b web-9; proxy_pass http://$b:80;'),
    site('resolver 10.0.0.9; proxy_pass http://$b:80;'),
  ],
  ['small-header-buffer', site('proxy_buffer_size 1k;'), site('proxy_buffer_size 8k;')],
  [
    'name-not-sent-over-tls',
    site('proxy_pass https://web;'),
    site('proxy_pass https://web; proxy_ssl_server_name on;'),
  ],
  ['errors-are-cached', site('proxy_cache_valid any 30s;'), site('proxy_cache_valid 200 30s; proxy_cache_valid 1m;')],
  ['errors-are-cached', site('proxy_cache_valid 200 502 30s;'), site('')],
  [
    'error-shown-as-success',
    site('error_page 502 =200 /sorry;'),
    site('error_page 502 /sorry; error_page 404 =200 /x;'),
  ],
  ['limited-as-503', site('limit_req zone=z;'), site('limit_req zone=z; limit_req_status 429;')],
]

/** Rules that ask something that is not in the files. */
const given: Record<string, Known> = {
  'keepalive-longer-than-backend': { backendKeepAliveS: 5 },
  'nobody-listens': { unreachable: ['10.0.0.1:8090', '10.0.0.2:80'] },
}

describe('the examples of the rules themselves', () => {
  test.each(rules.map((rule) => [rule.trap, rule] as const))('%s', (trap, { bad, good }) => {
    const names = (text: string) => {
      const files = filesOf(new Map([[main, text]]))
      return inspect({ main, files }, given[trap], { hints: true }).findings.map((one) => one.trap)
    }
    expect(names(bad)).toContain(trap)
    expect(names(good)).not.toContain(trap)
  })
})

describe('the traps', () => {
  test.each(rows)('%s', (trap, bad, good, known) => {
    expect(traps(bad, known).map((one) => one.split(':')[0])).toContain(trap)
    expect(traps(good, known).filter((one) => one.startsWith(`${trap}:`))).toEqual([])
  })
})

/** Files of a folder of the repository, as they lie in the proxy. */
function folder(...names: string[]): Map<string, string> {
  return new Map(
    names.flatMap((name) => {
      const from = join(import.meta.dirname, '../../../../docker/proxy', name)
      const found = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.conf'))
      return found.map((path) => [`/etc/nginx/${path}`, readFileSync(join(from, path), 'utf8')] as const)
    }),
  )
}

test("the shop's own configuration has no trap", () => {
  const found = lint(main, folder('conf'), { backendKeepAliveS: 75 })
  expect(found.filter(({ level }) => level === 'trap').map(tellFinding)).toEqual([])
  expect(found.map(({ file, trap }) => `${file} ${trap}`)).toContain(
    '/etc/nginx/conf.d/upstreams.conf names-resolved-once',
  )
})

test('places are those of the file that was included', () => {
  const files = new Map([
    [main, 'http {\n  include conf.d/*.conf;\n  include missing.conf;\n}\n'],
    ['/etc/nginx/conf.d/a.conf', '# a comment; with {signs}\nupstream web {\n\n  server 10.0.0.1:80 max_fails=2;\n}\n'],
    ['/etc/nginx/conf.d/deep/b.conf', 'nothing;'],
  ])
  expect(lint(main, files).map(({ file, line, trap }) => `${file}:${line} ${trap}`)).toEqual([
    '/etc/nginx/conf.d/a.conf:4 single-server-counts-nothing',
    '/etc/nginx/nginx.conf:3 not-looked-at',
  ])
})

test.each([
  ['http {', 'a block is not closed'],
  ['http { } }', "there is one '}' too many"],
  ['events { } ; x', "';' has no directive before it"],
  ['server 1', "'server 1' is not ended by ';'"],
  ['include /etc/nginx/nginx.conf;', 'included too deep'],
])('%s cannot be read: %s', (text, because) => {
  const found = lint(main, new Map([[main, text]]))
  expect(found.map(({ trap, says }) => `${trap} ${says}`).join()).toContain(because)
})

test('quotes, escapes and variables in braces are words', () => {
  const odd = `log_format a 'x; } y' "\${z}"; map $a $b { ~*\\{ 1; }`
  const text = `http { ${odd} upstream u { server "10.0.0.1:80" max_fails=1; } }`
  expect(traps(text)).toEqual(['single-server-counts-nothing:1'])
})

test('a main file that is not there is said', () => {
  expect(lint(main, new Map()).map(({ says }) => says)).toEqual(['it is not there'])
})
