import { describe, expect, test } from 'vitest'
import { filesOf, readConfiguration, upstreamsOf } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const read = (text: string) => readConfiguration({ main, files: filesOf(new Map([[main, text]])) })
const groups = (text: string) => upstreamsOf(read(text))

describe('groups of servers', () => {
  test('of an upstream block', () => {
    const [group, ...others] = groups(`http { upstream api { least_conn; zone shared 64k; keepalive 16;
      server api-1:3000 weight=3 max_fails=2 fail_timeout=5s; server [::1] backup; server unix:/run/a.sock down;
      server api.internal:80 resolve; }
      server { location / { proxy_pass https://api; } location /x { fastcgi_pass api; } } }`)
    expect(others).toEqual([])
    expect(group).toMatchObject({ name: 'api', protocols: ['https', 'fastcgi'], keepalive: 16, zone: 'shared' })
    expect(group).toMatchObject({ method: 'least_conn', isKnown: true })
    expect(group?.passes.map(({ directive }) => directive.parent?.args[0])).toEqual(['/', '/x'])
    const usual = { weight: 1, isBackup: false, isDown: false, maxFails: 1, failTimeoutMs: 10_000, isResolved: false }
    expect(group?.servers.map(({ directive: _directive, ...rest }) => rest)).toEqual([
      {
        ...{ ...usual, address: 'api-1:3000', host: 'api-1', port: 3_000, socket: null },
        ...{ weight: 3, maxFails: 2, failTimeoutMs: 5_000 },
      },
      { ...usual, address: '[::1]', host: '[::1]', port: 80, socket: null, isBackup: true },
      { ...usual, address: 'unix:/run/a.sock', host: null, port: null, socket: '/run/a.sock', isDown: true },
      { ...usual, address: 'api.internal:80', host: 'api.internal', port: 80, socket: null, isResolved: true },
    ])
  })

  test.each([
    ['proxy_pass http://api/;', 'api', 'api', 80, 'http', false],
    ['proxy_pass https://api;', 'api', 'api', 443, 'https', false],
    ['set $a api; proxy_pass http://$a:81;', 'api', 'api', 81, 'http', true],
    ['fastcgi_pass [::1]:9000;', '[::1]', '[::1]', 9_000, 'fastcgi', false],
    ['scgi_pass unix:/run/s.sock;', 'unix:/run/s.sock', null, null, 'scgi', false],
    ['memcached_pass cache:11211;', 'cache', 'cache', 11_211, 'memcached', false],
  ])('of a host that is named: %s', (text, name, host, port, protocol, isResolved) => {
    const found = groups(`http { server { location / { ${text} } } }`)
    expect(found).toMatchObject([
      { name, protocols: [protocol], directive: null, servers: [{ host, port, isResolved }] },
    ])
  })

  test('a host with several ports is several groups', () => {
    const text = 'http { server { location / { proxy_pass http://a:1; } location /b { proxy_pass http://a:2; } } }'
    expect(groups(text).map(({ name }) => name)).toEqual(['a:1', 'a:2'])
  })

  test('of stream, and what is not known is none', () => {
    const found = groups(`stream { upstream dns { server a:53; } server { listen 53 udp; proxy_pass dns; } }
      http { server { location / { proxy_pass http://$host; } } }`)
    expect(found).toMatchObject([{ name: 'dns', protocols: ['udp'], servers: [{ host: 'a', port: 53 }] }])
    expect(groups('http { upstream lost { server a; include more.conf; } }')).toMatchObject([
      { name: 'lost', protocols: [], isKnown: false },
    ])
  })
})
