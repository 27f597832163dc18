import { describe, expect, test } from 'vitest'
import { filesOf, readConfiguration, timeoutsAtMost } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'

function shortened(text: string, ms = 5_000) {
  const found = timeoutsAtMost(readConfiguration({ main, files: filesOf(new Map([[main, text]])) }), ms)
  if ('because' in found) throw new Error(found.because)
  return { text: found.files[0]?.after ?? text, changes: found.changes, left: found.left }
}

const fallbacks = (family: string) =>
  ['connect', 'read', 'send'].map((what) => `${family}_${what}_timeout 5s;`).join(' ')

describe('timeouts', () => {
  test("Nginx's own are set once, where everything inherits them", () => {
    const text = 'http { server { location / { proxy_pass http://a; } location /b { proxy_pass http://b; } } }'
    expect(shortened(text).text).toBe(text.replace('http {', `http { ${fallbacks('proxy')}`))
  })

  test('longer ones are lowered where they stand, shorter ones stay', () => {
    const text = `http { proxy_read_timeout 90; # long
      server { proxy_connect_timeout 1s; proxy_send_timeout 1m30s;
        location / { proxy_pass http://a; } location /b { proxy_read_timeout 500ms; proxy_pass http://b; } } }`
    const found = shortened(text)
    expect(found.text).toBe(text.replace('timeout 90;', 'timeout 5s;').replace('1m30s', '5s'))
    expect(found.changes).toEqual([
      { file: main, line: 1, was: '90', is: '5s' },
      { file: main, line: 2, was: '1m30s', is: '5s' },
    ])
  })

  test.each(['fastcgi', 'uwsgi', 'scgi', 'grpc', 'memcached'])('of %s', (family) => {
    const text = `http { server { location / { ${family}_pass 10.0.0.1:1; } } }`
    expect(shortened(text).text).toBe(text.replace('http {', `http { ${fallbacks(family)}`))
  })

  test('of the resolver, of idle connections, and of stream', () => {
    const text = `http { resolver 10.0.0.2; upstream a { server b; keepalive 4; } upstream c { server b; } }
stream { server { listen 1; proxy_pass a:1; proxy_timeout 3s; } }`
    expect(shortened(text, 1_500).text).toBe(
      text
        .replace('http {', 'http { resolver_timeout 1500ms;')
        .replace('keepalive 4;', 'keepalive 4; keepalive_timeout 1500ms;')
        .replace('stream {', 'stream { proxy_connect_timeout 1500ms;')
        .replace('timeout 3s', 'timeout 1500ms'),
    )
  })

  test('what is shorter by itself is left alone', () => {
    const text = 'http { resolver 10.0.0.2; server { location / { proxy_pass http://a; } } }'
    expect(shortened(text, 60_000)).toEqual({ text, changes: [], left: [] })
    expect(shortened(text, 30_000).text).not.toContain('resolver_timeout')
  })

  test('where an include was not looked at, the next level has them', () => {
    const text = 'http { include other.conf; server { location / { proxy_pass http://a; } } }'
    expect(shortened(text).text).toBe(text.replace('server {', `server { ${fallbacks('proxy')}`))
  })

  test('what a template fills in is left, and told', () => {
    const text = `http { proxy_read_timeout \${WAIT}; }`
    const because = `proxy_read_timeout \${WAIT} cannot be read`
    expect(shortened(text)).toEqual({ text, changes: [], left: [{ file: main, line: 1, because }] })
  })

  test.each([0, -1, 1.5, Number.NaN])('%s ms is none', (ms) => {
    const configuration = readConfiguration({ main, files: filesOf(new Map([[main, 'http { }']])) })
    expect(timeoutsAtMost(configuration, ms)).toEqual({ because: expect.stringContaining(`${ms} ms is no timeout`) })
  })
})
