import { describe, expect, test } from 'vitest'
import { filesOf, inspect, type Known, lint } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const timed = 'proxy_connect_timeout 1s; proxy_send_timeout 4s; proxy_read_timeout 4s;'

/** `trap:line` of everything that is found. */
function found(text: string, known: Known = {}, more: Record<string, string> = {}): string[] {
  const files = new Map([[main, text], ...Object.entries(more)])
  return lint(main, files, known).map(({ trap, line }) => `${trap}:${line}`)
}

const server = (text: string) => `server {\n${timed}\n${text}\n}`

describe('what lies elsewhere', () => {
  const lost =
    'include /etc/mime.types;\nserver { include /srv/tls/options.conf; location / { include headers; PASS } }'
  const around = (pass: string) => lost.replace('PASS', pass)

  test('is said once, and what may stand there is not missed', () => {
    const text = `upstream u { server 10.0.0.1:1; keepalive 2; }\n${around('proxy_pass http://u;')}`
    expect(found(text)).toEqual(['not-looked-at:2'])
    expect(found(around('set $a b; proxy_pass http://$a;'))).toEqual(['not-looked-at:1'])
    expect(found(around('proxy_pass https://10.0.0.1;limit_req zone=z;'))).toEqual(['not-looked-at:1'])
  })

  test('a default may be there, too', () => {
    const text = 'map $host $to { include tos.map; }\nserver { location / { TIMED proxy_pass http://$to; } }'
    expect(found(text.replace('TIMED', timed))).toEqual(['not-looked-at:1', 'resolver-missing:2'])
  })

  test('names all of it', () => {
    const [finding] = lint(main, new Map([[main, lost.replace('PASS', '')]]))
    for (const path of ['/etc/mime.types', '/srv/tls/options.conf', '/etc/nginx/headers']) {
      expect(finding?.says).toContain(path)
    }
  })

  test('types and modules hold nothing that rules ask for', () => {
    const text = 'include mime.types;\nserver { location / { proxy_pass http://10.0.0.1; } }'
    expect(found(text)).toEqual(['not-looked-at:1', 'default-timeouts:2'])
  })

  test('a folder without a match is no folder elsewhere', () => {
    const text = 'include conf.d/*.conf;\nserver { location / { proxy_pass http://10.0.0.1; } }'
    expect(found(text, {}, { '/etc/nginx/conf.d/README': '' })).toEqual(['not-looked-at:1', 'default-timeouts:2'])
  })

  test('a path of another prefix is found by its longest end that is there', () => {
    const more = { '/etc/nginx/vhosts/a.conf': 'upstream u { server 10.0.0.1 down; }' }
    expect(found('include /opt/nginx/conf/vhosts/*.conf;', {}, more)).toEqual(['no-server-up:1'])
    expect(found('include /opt/nginx/conf/vhosts/a.conf;', {}, more)).toEqual(['no-server-up:1'])
    const given = { main, files: filesOf(new Map([[main, 'include /opt/x/vhosts/a.conf;'], ...Object.entries(more)])) }
    expect(inspect({ ...given, aliases: ['/opt/x'] }).findings.map(({ trap }) => trap)).toEqual(['no-server-up'])
  })
})

describe('connections that are kept', () => {
  const site = (headers: string, before = '') =>
    `${before}\nupstream u { server 10.0.0.1:1; keepalive 4; }
${server(`location / { proxy_pass http://u; proxy_http_version 1.1; ${headers} }`)}`
  const map = (entries: string) => `map $http_upgrade $c { ${entries} }`
  const header = 'proxy_set_header Connection $c;'

  test.each([
    ["default upgrade; '' '';", []],
    ["'' ''; default upgrade;", []],
    ['default upgrade; "" close;', ['keepalive-not-used:5']],
    ['"" close;', ['keepalive-not-used:5']],
    ['~^$ close; default upgrade;', ['keepalive-not-used:5']],
    ['default close; websocket upgrade;', ['keepalive-not-used:5']],
    ['websocket upgrade;', []],
  ])('map: %s', (entries, expected) => {
    expect(found(site(header, map(entries)))).toEqual(expected)
  })

  test('other ways to send it', () => {
    expect(found(site('proxy_set_header Connection close;'))).toEqual(['keepalive-not-used:5'])
    expect(found(site(`set $c close; proxy_set_header Connection $\{c};`))).toEqual(['keepalive-not-used:5'])
    expect(found(site('set $c ""; proxy_set_header connection $c;'))).toEqual([])
    expect(found(site('proxy_set_header Connection $http_connection;'))).toEqual([])
    expect(found(site('proxy_set_header Host $host;'))).toEqual(['keepalive-not-used:5'])
  })

  test('maps of maps, whatever their order', () => {
    const chain = (inner: string) => `map $http_upgrade $d { default upgrade; '' close; } map $d $c { ${inner} }`
    expect(found(site(header, chain('default $d;')))).toEqual(['keepalive-not-used:5'])
    expect(found(site(header, chain("default $d; close '';")))).toEqual([])
    expect(found(site(header, chain("default ''; upgrade close;")))).toEqual([])
    const keys = Array.from({ length: 100 }, (_, at) => `k${at}`)
    const many = Array.from({ length: 100 }, (_, at) => `map $uri $v${at} { ${keys.join(` $v${at + 1}; `)} ''; }`)
    expect(found(site('proxy_set_header Connection $v0;', many.join('\n')))).toEqual([])
    expect(found(site(header, 'map $c $d { default $c; } map $d $c { default $d; }'))).toEqual([])
  })

  test('headers further out are lost where there are some further in', () => {
    const text = `upstream u { server 10.0.0.1:1; keepalive 4; }
proxy_http_version 1.1; proxy_set_header Connection "";
${server('location /a { proxy_pass http://u; } location /b { proxy_set_header Host a; proxy_pass http://u; }')}`
    expect(found(text)).toEqual(['keepalive-not-used:5', 'not-inherited:5'])
  })

  test('from 1.29.7 on they are kept by themselves', () => {
    const plain = `upstream u { server 10.0.0.1:1; keepalive 4; }\n${server('location / { proxy_pass http://u; }')}`
    expect(found(plain, { version: '1.29.6' })).toEqual(['keepalive-not-used:4'])
    expect(found(plain, { version: '1.30' })).toEqual([])
    expect(found(site('proxy_set_header Connection close;'), { version: '1.31' })).toEqual(['keepalive-not-used:5'])
  })

  test('FastCGI says it with a directive of its own, gRPC needs none', () => {
    const of = (text: string) =>
      found(`upstream u { server 10.0.0.1:1; keepalive 4; }\nserver { location / { ${text} } }`)
    expect(of('fastcgi_pass u;')).toContain('keepalive-not-used:1')
    expect(of('fastcgi_pass u; fastcgi_keep_conn on;')).not.toContain('keepalive-not-used:1')
    expect(of('grpc_pass u;').join()).not.toContain('keepalive-not-used')
  })
})

describe('names in variables', () => {
  const groups = 'upstream a { server 10.0.0.1:1; } upstream b { server 10.0.0.2:1; }\n'
  const of = (location: string, outside = '') => found(`${groups}${outside}${server(location)}`)

  test.each([
    ['map $host $to { default a; x b; }', []],
    ['map $host $to { x b; }', ['target-can-be-empty:4']],
    ['map $host $to { default shop-web; x b; }', ['resolver-missing:4']],
    ['geo $to { default a; 10.0.0.0/8 b; }', []],
    ['geo $remote_addr $to { default a; 10.0.0.0/8 other.test; }', ['resolver-missing:4']],
    ['split_clients $uri $to { 5% a; * b; }', []],
    ['split_clients $uri $to { 5% 10.0.0.9; * c; }', ['resolver-missing:4']],
    ['map $host $inner { default a; } map $uri $to { default $inner; }', []],
    ['map $host $to { default $to; }', ['resolver-missing:4']],
  ])('%s', (outside, expected) => {
    expect(of('location / { proxy_pass http://$to; }', outside)).toEqual(expected)
    expect(of(`location / { proxy_pass http://$\{to}/x$request_uri; }`, outside)).toEqual(expected)
  })

  test.each([
    ['proxy_pass http://a$request_uri;', []],
    ['proxy_pass http://shop-web$request_uri;', ['resolver-missing:4']],
    ['proxy_pass http://shop-web/$1;', ['resolver-missing:4']],
    ['set $p 90; proxy_pass http://10.0.0.1:$p;', []],
    ['set $p 90; proxy_pass http://[::1]:$p/;', []],
    ['set $p 90; proxy_pass http://shop-web:$p;', ['resolver-missing:4']],
    ['set $s unix:/run/a.sock; proxy_pass http://$s:/;', []],
    ['set $u http://a; proxy_pass $u;', []],
    ['set $u http://shop-web; proxy_pass $u;', ['resolver-missing:4']],
    ['resolver 10.0.0.9; proxy_pass http://$host;', []],
  ])('%s', (text, expected) => {
    expect(of(`location ~ ^/(.*)$ { ${text} }`)).toEqual(expected)
  })

  test('what is not known is a note', () => {
    const finding = lint(main, new Map([[main, server('location / { proxy_pass http://$http_x_backend; }')]]))
    expect(finding.map(({ trap, level }) => `${trap} ${level}`)).toEqual(['resolver-missing note'])
  })

  test("a template's holes are no variables", () => {
    expect(of(`location / { proxy_pass http://$\{API_HOST}:$\{API_PORT}; }`)).toEqual([])
    expect(found(`server {\n$\{EXTRA}\nlocation / {\n$\{MORE}\n}\n}`)).toEqual([])
  })

  test('a variable of another server is another one', () => {
    const text = `${server('set $to a; location / { proxy_pass http://$to; }')}
${server('set $to shop-web; location / { proxy_pass http://$to; }')}`
    expect(found(groups + text)).toEqual(['resolver-missing:8'])
  })

  test('a name that stands elsewhere without a variable is resolved already', () => {
    const text = 'location /a { set $w shop-web; proxy_pass http://$w:80; } location /b { proxy_pass http://shop-web; }'
    expect(of(text)).toEqual(['names-resolved-once:4'])
    expect(of(`resolver 10.0.0.9;${text}`)).toEqual(['names-resolved-once:4', 'resolver-not-asked:4'])
  })
})

test('every family and stream are asked for what they have', () => {
  const each = ['fastcgi', 'uwsgi', 'scgi', 'grpc', 'memcached'].map((family) => {
    return found(`server { location / { set $b back; ${family}_pass $b:1; ${family}_buffer_size 1k; } }`)
  })
  for (const one of each) expect(one).toEqual(['default-timeouts:1', 'resolver-missing:1', 'small-header-buffer:1'])
  const stream = `stream { upstream u { server 10.0.0.1:1; server 10.0.0.2:1; }
server { listen 1; proxy_pass u; proxy_next_upstream off; }\nserver { listen 2; proxy_pass db:5432; proxy_ssl on; } }`
  expect(found(stream)).toEqual([
    'default-timeouts:2',
    'next-upstream-off:2',
    'default-timeouts:3',
    'name-not-sent-over-tls:3',
    'names-resolved-once:3',
  ])
  expect(found('upstream u { server 10.0.0.1:1; }\nserver { listen 1; proxy_pass u; }')).toEqual(['default-timeouts:2'])
})

test('variables that lead to each other, twenty thousand deep', () => {
  const sets = Array.from({ length: 20_000 }, (_, at) => `set $a${at} $a${at + 1};`).join(' ')
  expect(found(server(`${sets} location / { proxy_pass http://$a0; }`))).toEqual(['resolver-missing:3'])
})
