import { describe, expect, test } from 'vitest'
import { edit, filesOf, readConfiguration } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const groups = '/etc/nginx/any-name.conf'
const text = `http { include any-name.conf; }`
const upstreams = `# who answers\r
upstream api {   # the first\r
\tserver  10.0.0.1:8080  weight=3 ; # one\r
\tserver backend.internal:8080 down;\r
\tserver unix:/run/api.sock;\r
}\r
upstream web { server 10.0.1.1; }\r
`

function open(second = upstreams) {
  const files = filesOf(
    new Map([
      [main, text],
      [groups, second],
    ]),
  )
  return edit(readConfiguration({ main, files }))
}

const result = (one: ReturnType<typeof open>) => one.files().map((file) => `${file.path}\n${file.after}`)

describe('the servers of an upstream', () => {
  test('another port, wherever the upstream stands and whatever its servers are called', () => {
    const one = open()
    one.upstream('api').each((server) => server.port(9_000))
    expect(result(one)).toEqual([`${groups}\n${upstreams.replaceAll(':8080', ':9000')}`])
    expect(one.upstream('web').servers.map(({ address }) => address)).toEqual(['10.0.1.1'])
    const other = open()
    other.upstream('web').each((server) => server.port(81))
    expect(result(other)[0]).toContain('upstream web { server 10.0.1.1:81; }')
  })

  test('options come and go, and what stands around them stays', () => {
    const one = open()
    const [first, second] = one.upstream('api').servers
    first?.option('weight', '5')
    first?.option('down')
    second?.option('down', null)
    expect(result(one)[0]).toContain(
      '\tserver  10.0.0.1:8080  weight=5 down ; # one\r\n\tserver backend.internal:8080;\r\n',
    )
  })

  test('one goes with its line, one is added as far in as the last', () => {
    const one = open()
    one.upstream('api').servers[1]?.remove()
    one.upstream('api').add('10.0.0.9:80', 'backup')
    one.upstream('web').add('10.0.1.2')
    expect(result(one)).toEqual([
      `${groups}\n${upstreams
        .replace('\tserver backend.internal:8080 down;\r\n', '')
        .replace('api.sock;\r\n', 'api.sock;\r\n\tserver 10.0.0.9:80 backup;\r\n')
        .replace('10.0.1.1; }', '10.0.1.1; server 10.0.1.2; }')}`,
    ])
  })

  test('what changes nothing changes no file', () => {
    const one = open()
    one.upstream('api').each((server) => server.to(server.address))
    one.upstream('nobody').add('10.0.0.1')
    expect(one.files()).toEqual([])
  })

  test('a file that is included twice is changed once', () => {
    const files = filesOf(
      new Map([
        [main, 'include a; include a;'],
        ['/etc/nginx/a', 'upstream u { server 10.0.0.1:1; }'],
      ]),
    )
    const one = edit(readConfiguration({ main, files }))
    one.upstream('u').each((server) => server.port(2))
    expect(result(one)).toEqual(['/etc/nginx/a\nupstream u { server 10.0.0.1:2; }'])
  })
})

test('directives found by their meaning are set, and words are quoted where they have to be', () => {
  const one = open('server { location /api/ { proxy_pass https://api; } location / { add_header X "a"; } }')
  for (const pass of one.find(({ name, parent }) => name === 'proxy_pass' && parent?.args[0] === '/api/')) {
    one.set(pass, 'http://api')
  }
  for (const header of one.find(({ name }) => name === 'add_header')) one.set(header, 'Y', 'b; "c"', 'always')
  expect(result(one)).toEqual([
    `${groups}\nserver { location /api/ { proxy_pass http://api; } location / { add_header Y "b; \\"c\\"" always; } }`,
  ])
})

test('lines before a directive, first in a block and first in a file; includes', () => {
  const files = filesOf(new Map([[main, `http {\n  include shared/a.conf;\n  server { listen 80; }\n}\n`]]))
  const one = edit(readConfiguration({ main, files }))
  const [server] = one.find(({ name }) => name === 'server')
  const [http] = one.find(({ name }) => name === 'http')
  if (!server || !http) throw new Error('both are there')
  one.addBefore(server, 'gzip on;')
  one.addInside(server, 'root /x;')
  one.addInside(http, 'etag off;')
  one.addInside(http, 'sendfile on;')
  one.addFirst(main, 'daemon off;')
  for (const include of one.includes('shared/')) one.set(include, 'other/a.conf')
  expect(one.files().map(({ after }) => after)).toEqual([
    `daemon off;
http {
  etag off;
  sendfile on;
  include other/a.conf;
  gzip on;
  server { root /x; listen 80; }
}
`,
  ])
})
