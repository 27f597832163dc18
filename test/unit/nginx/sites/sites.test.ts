import { describe, expect, test } from 'vitest'
import {
  answeringOf,
  certificateFiles,
  filesOf,
  type Lead,
  readConfiguration,
  sitesOf,
} from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const read = (text: string) => readConfiguration({ main, files: filesOf(new Map([[main, text]])) })
const told = (leads: readonly Lead[]) => leads.map(({ directive: _directive, ...rest }) => rest)

describe('where servers listen', () => {
  const sites = sitesOf(
    read(`http { server { listen 80; listen [::]:443 ssl; server_name a.test *.a.test; }
      server { listen 80 default_server; listen [::]:443; http2 on; listen 443 quic; }
      server { server_name c.test; listen 127.0.0.1:8080 proxy_protocol http2; } server { listen unix:/run/n.sock; }
      server { } }
      stream { server { listen 53 udp; proxy_pass a:53; } }`),
  )

  test('what one says of a socket holds for all who share it', () => {
    const flat = sites.map(({ listens }) =>
      listens.map(({ address, ports, path, isTls, isHttp2, isQuic, hasProxyProtocol, isDefault }) => {
        const flags = { isTls, isHttp2, isQuic, hasProxyProtocol, isDefault }
        return [
          address ?? path ?? 'any',
          ports?.[0],
          ...Object.entries(flags).flatMap(([name, is]) => (is ? [name] : [])),
        ]
      }),
    )
    expect(flat).toEqual([
      [
        ['any', 80],
        ['[::]', 443, 'isTls', 'isDefault'],
      ],
      [
        ['any', 80, 'isHttp2', 'isDefault'],
        ['[::]', 443, 'isTls', 'isHttp2'],
        ['any', 443, 'isTls', 'isHttp2', 'isQuic', 'isDefault'],
      ],
      [['127.0.0.1', 8_080, 'isHttp2', 'hasProxyProtocol', 'isDefault']],
      [['/run/n.sock', undefined, 'isDefault']],
      [['any', 80]],
    ])
  })

  test('their names', () => {
    expect(sites.map(({ names }) => names)).toEqual([['a.test', '*.a.test'], [''], ['c.test'], [''], ['']])
  })
})

test.each<[string, unknown[]]>([
  ['proxy_pass http://api;', [{ kind: 'group', group: 'api', protocol: 'http' }]],
  ['proxy_pass https://10.0.0.1:8443/x;', [{ kind: 'group', group: '10.0.0.1', protocol: 'https' }]],
  ['fastcgi_pass unix:/run/php.sock;', [{ kind: 'group', group: 'unix:/run/php.sock', protocol: 'fastcgi' }]],
  ['grpc_pass grpcs://API;', [{ kind: 'group', group: 'api', protocol: 'grpcs' }]],
  ['uwsgi_pass suwsgi://py:1;', [{ kind: 'group', group: 'py', protocol: 'suwsgi' }]],
  ['proxy_pass http://$host;', [{ kind: 'unknown', target: 'http://$host' }]],
  ['return 301 https://$host$request_uri;', [{ kind: 'return', status: 301, to: 'https://$host$request_uri' }]],
  ['return /elsewhere;', [{ kind: 'return', status: 302, to: '/elsewhere' }]],
  ['root /srv;', [{ kind: 'files', root: '/srv' }]],
  ['', [{ kind: 'files', root: '/www' }]],
  ['alias /srv/a/;', [{ kind: 'files', root: '/srv/a/' }]],
  ['stub_status;', [{ kind: 'handler' }]],
  [
    'try_files $uri @app;',
    [
      { kind: 'location', to: '@app' },
      { kind: 'files', root: '/www' },
    ],
  ],
  [
    'try_files $uri =404;',
    [
      { kind: 'return', status: 404, to: '' },
      { kind: 'files', root: '/www' },
    ],
  ],
  [
    'rewrite ^/a/(.*) /b/$1 break; proxy_pass http://api;',
    [
      { kind: 'rewrite', to: '/b/$1' },
      { kind: 'group', group: 'api', protocol: 'http' },
    ],
  ],
  [
    'if ($arg_b) { proxy_pass http://b:1; } proxy_pass http://api;',
    [
      { kind: 'group', group: 'api', protocol: 'http' },
      { kind: 'group', group: 'b', protocol: 'http' },
    ],
  ],
])('a location leads on: %s', (text, wanted) => {
  const configuration = read(`http { upstream api { server a; } server { root /www; location /a { ${text} } } }`)
  const [site] = sitesOf(configuration)
  const leads = told(site?.locations[0]?.leads ?? [])
  expect(leads.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual(
    wanted.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  )
})

test('locations are told with those that stand in them', () => {
  const [site] = sitesOf(
    read(
      'http { server { location /a { location ~ b { internal; } } location @c {} location =/d {} location ^~ /e {} } }',
    ),
  )
  const flat = site?.locations.map(({ kind, name, outer, isInternal }) => [
    kind,
    name,
    outer?.args[0] ?? null,
    isInternal,
  ])
  expect(flat).toEqual([
    ['prefix', '/a', null, false],
    ['pattern', 'b', '/a', true],
    ['named', '@c', null, false],
    ['exact', '/d', null, false],
    ['only', '/e', null, false],
  ])
})

describe('what answers', () => {
  const doubt = (server: string, path = '/a') => {
    const found = answeringOf(read(`http { server { ${server} location /a { return 204; } } }`), path)
    return 'because' in found ? found.because : [found.location?.args[0], found.doubt]
  }

  test.each<[string, unknown]>([
    ['', ['/a', undefined]],
    ['rewrite ^/b /c;', ['/a', undefined]],
    ['rewrite ^/a /c;', ['/a', `${main}:1: rewrite may answer it or change its path before`]],
    ['if ($http_x) { return 403; }', ['/a', `${main}:1: if may answer it or change its path before`]],
    ['if ($http_x) { set $y 1; }', ['/a', undefined]],
    ['location ~ (?>a) { }', ['/a', `${main}:1: whether (?>a) fits is not known here`]],
    ['return 444;', [undefined, undefined]],
    ['listen 8080;', ['/a', undefined]],
  ])('%s', (server, wanted) => {
    expect(doubt(server)).toEqual(wanted)
  })

  test('nobody, where nobody listens or the path is none', () => {
    expect(doubt('', '/..')).toBe('/.. is answered 400')
    expect(answeringOf(read('http { server { } }'), '/', { port: 81 })).toEqual({
      because: 'no server listens at port 81',
    })
    const elsewhere = answeringOf(read('http { server { listen 10.0.0.1:80; } }'), '/', { address: '10.0.0.2' })
    expect(elsewhere).toEqual({ because: 'no server listens at port 80 of 10.0.0.2' })
  })
})

describe('the certificate of a site', () => {
  const files = (http: string, where = {}) => certificateFiles(read(`http { ${http} }`), where)

  test('from around the server, and several', () => {
    const around = 'ssl_certificate tls/a.pem; ssl_certificate_key /k/a.pem; server { listen 443 ssl; }'
    expect(files(around)).toEqual([{ certificate: '/etc/nginx/tls/a.pem', key: '/k/a.pem' }])
    const two = 'ssl_certificate /a; ssl_certificate_key /b; ssl_certificate /c; ssl_certificate_key /d;'
    expect(files(`server { listen 443 ssl; ${two} }`)).toEqual([
      { certificate: '/a', key: '/b' },
      { certificate: '/c', key: '/d' },
    ])
  })

  test.each([
    ['server { }', 'speaks no TLS'],
    ['server { listen 443 ssl; }', 'no ssl_certificate holds there'],
    ['server { listen 443 ssl; ssl_certificate /$ssl_server_name; ssl_certificate_key /a; }', 'is no path of a file'],
    ['server { listen 443 ssl; ssl_certificate data:x; ssl_certificate_key /a; }', 'is no path of a file'],
  ])('%s', (text, because) => {
    expect(files(text)).toEqual({ because: expect.stringContaining(because) })
  })
})
