import { expect, test } from 'vitest'
import { defaultHandling } from '../../../src/kit/matrix/handling.ts'
import { filesOf, handlingsOf, readConfiguration } from '../../../src/nginx/index.ts'

const read = (http: string, groups: string[]) => {
  const text = `events {}\nhttp { ${http} }`
  const files = filesOf(new Map([['/etc/nginx/nginx.conf', text]]))
  return handlingsOf(readConfiguration({ main: '/etc/nginx/nginx.conf', files }), groups)
}

test('what is written counts, wherever it is inherited from; else what Nginx has by default', () => {
  const site = 'upstream api { server a; server b; } server { location / { proxy_pass http://api; } }'
  expect(read(site, ['api', 'none'])).toEqual({ api: { ...defaultHandling, servers: 2 } })
  const { api } = read(
    `proxy_connect_timeout 500ms;
     upstream api { server a max_fails=0; server b max_fails=3 fail_timeout=2s; keepalive 8; }
     server { proxy_next_upstream error http_503 non_idempotent; location / {
       proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 2s; } }`,
    ['api'],
  )
  expect(api).toMatchObject({
    connectMs: 500,
    readMs: 2_000,
    sendMs: 60_000,
    keepalive: 8,
    nextUpstream: ['error', 'http_503', 'non_idempotent'],
    maxFails: { least: 0, most: 3 },
    failTimeoutMs: 10_000,
    written: ['proxy_connect_timeout', 'proxy_read_timeout', 'proxy_next_upstream'],
  })
})

test('of a server that the pass names itself, and of other families', () => {
  const found = read(
    `server { location / { proxy_pass http://App:3000; } location /php { fastcgi_pass php:9000; fastcgi_read_timeout 1m;
     fastcgi_cache one; fastcgi_cache_use_stale error; } }`,
    ['app', 'php'],
  )
  expect(found['app']).toMatchObject({ isGroup: false, servers: 1, resolves: false })
  expect(found['php']).toMatchObject({ family: 'fastcgi', readMs: 60_000, caches: true, useStale: ['error'] })
})
