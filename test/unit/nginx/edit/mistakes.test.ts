import { describe, expect, test } from 'vitest'
import {
  brokenFile,
  filesOf,
  type Mistaken,
  noResolver,
  oneWrong,
  readConfiguration,
  wrongName,
  wrongPort,
} from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const site = '/etc/nginx/sites-enabled/shop'

const read = (text: string, others: Record<string, string> = {}) => {
  return readConfiguration({ main, files: filesOf(new Map([[main, text], ...Object.entries(others)])) })
}

/** The text of its only file, and whether Nginx is said to refuse it. */
function made(found: Mistaken): [text: string, isRefused: boolean] {
  if ('because' in found) throw new Error(found.because)
  expect(found.files).toHaveLength(1)
  return [found.files[0]?.after ?? '', found.isRefused]
}

const because = (found: Mistaken) => ('because' in found ? found.because : '')

const group = `http { upstream api { # two\r
  server api-1:3000 weight=2; server api-2:8090;\r
} server { location / { proxy_pass http://api; } } }`

describe('another port', () => {
  test('of every server in the block', () => {
    expect(made(wrongPort(read(group), 'api'))).toEqual([
      group.replace('api-1:3000', 'api-1:8091').replace('api-2:8090', 'api-2:8091'),
      false,
    ])
    expect(made(wrongPort(read(group), 'api', { taken: [8_091, 8_092] }))[0]).toContain('api-1:8093 weight=2')
  })

  test.each([
    ['proxy_pass http://api:3000/v1/;', 'proxy_pass http://api:8090/v1/;'],
    ['proxy_pass http://api;', 'proxy_pass http://api:8090;'],
    ['set $to api; proxy_pass http://$to:3000;', 'set $to api:8090; proxy_pass http://$to:3000;'],
    [
      'set $port 3000; proxy_pass http://api:$port$request_uri;',
      'set $port 3000; proxy_pass http://api:8090$request_uri;',
    ],
    ['fastcgi_pass API:9000;', 'fastcgi_pass API:8090;'],
    ['grpc_pass grpcs://api:9000;', 'grpc_pass grpcs://api:8090;'],
  ])('where a host is named: %s', (is, wanted) => {
    const text = `http { server { location / { ${is} } } }`
    expect(made(wrongPort(read(text), 'api'))[0]).toBe(text.replace(is, wanted))
  })

  test('what it does not apply to is said', () => {
    expect(because(wrongPort(read(group), 'web'))).toBe('it has no group web: there is api')
    const sockets = read('http { upstream api { server unix:/run/a; } }')
    expect(because(wrongPort(sockets, 'api'))).toBe('api: its servers are sockets, which have no port')
    expect(because(wrongPort(read('http { upstream api { } }'), 'api'))).toContain('no server of it')
    const parts = read(`http { server { set $a ap; location / { proxy_pass http://\${a}i:80; } } }`)
    expect(because(wrongPort(parts, 'api'))).toContain('stands nowhere whole')
  })
})

describe('another name', () => {
  test('Nginx refuses one that it looks up at the start', () => {
    const [text, isRefused] = made(wrongName(read(group), 'api'))
    expect(text).toContain('server api-1.invalid:3000 weight=2; server api-2.invalid:8090;')
    expect(isRefused).toBe(true)
  })

  test('and no other', () => {
    const asked = 'http { server { location / { set $to http://api:80; proxy_pass $to; } } }'
    expect(made(wrongName(read(asked), 'api'))).toEqual([asked.replace('api:80', 'api.invalid:80'), false])
    const resolved = 'http { upstream api { zone a 64k; server api-1:80 resolve; } }'
    expect(made(wrongName(read(resolved), 'api', 'x'))).toEqual([resolved.replace('api-1:80', 'x:80'), false])
  })
})

describe('one of several', () => {
  test('the second', () => {
    expect(made(oneWrong(read(group), 'api', 2))[0]).toBe(group.replace('api-2:8090', 'api-2:8091'))
  })

  test.each([
    [3, group, 'api: it has 2 servers, and no number 3'],
    [1, 'http { upstream api { server a:1; } }', 'api: it has one server: wrongPort is the same'],
    [1, 'http { server { location / { proxy_pass http://api; } } }', 'api: no `upstream` block lists its servers'],
    [1, 'http { upstream api { server unix:/a; server a:1; } }', 'api: unix:/a is a socket, which has no port'],
  ])('number %i of %s', (number, text, wanted) => {
    expect(because(oneWrong(read(text), 'api', number))).toBe(wanted)
  })
})

describe('a resolver that nobody answers at', () => {
  test('its other words stay', () => {
    const text = 'http { resolver 10.0.0.2 [::1] valid=5s; server { location / { proxy_pass http://$host; } } }'
    expect(made(noResolver(read(text)))[0]).toBe(text.replace('10.0.0.2 [::1] valid', '127.0.0.1:1 valid'))
  })

  test('only where names are looked up while Nginx runs', () => {
    expect(because(noResolver(read(group)))).toContain('it has no `resolver`')
    expect(because(noResolver(read('http { include resolver.conf; }')))).toContain('and not all was')
    expect(because(noResolver(read(group.replace('http {', 'http { resolver 10.0.0.2;'))))).toContain('is never asked')
  })
})

describe('a file that Nginx refuses', () => {
  const broken = (text: string, where = {}) => {
    const found = brokenFile(read('http { include sites-enabled/*; }', { [site]: text }), where)
    const [after, isRefused] = made(found)
    const files = filesOf(
      new Map([
        [main, 'http { include sites-enabled/*; }'],
        [site, after],
      ]),
    )
    return { after, isRefused, unread: readConfiguration({ main, files }).unread.map(({ kind }) => kind) }
  }

  test('misses its mark behind the pass of the site', () => {
    const text = `server { listen 80; }\nserver { listen 81; location / { proxy_pass http://a:1; etag on; } }`
    const found = broken(text, { port: 81 })
    expect(found).toMatchObject({ after: text.replace('http://a:1;', 'http://a:1'), isRefused: true })
  })

  test('or behind the last directive of a block', () => {
    const found = broken('server { server_name a; root /srv; # files\n}')
    expect(found).toEqual({
      after: 'server { server_name a; root /srv # files\n}',
      isRefused: true,
      unread: ['refused'],
    })
  })

  test('where there is a site', () => {
    expect(because(brokenFile(read('http { }')))).toBe('no server listens at port 80')
    expect(because(brokenFile(read('http { server { } }')))).toContain('no directive ends a block')
  })
})
