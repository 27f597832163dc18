import { expect, test } from 'vitest'
import { filesOf, ownLogOf, readConfiguration } from '../../../../src/nginx/index.ts'

const logOf = (http: string) => {
  const files = filesOf(new Map([['/etc/nginx/nginx.conf', `events {}\nhttp {\n${http}\n}\n`]]))
  return ownLogOf(readConfiguration({ main: '/etc/nginx/nginx.conf', files }))
}
const whole =
  'log_format all \'$http_x_request_id "$request" $status $upstream_addr $upstream_status $upstream_connect_time\';'

test('a log with ids and all of its servers lacks nothing', () => {
  expect(logOf(`${whole} access_log /dev/stdout all; server { location / { proxy_pass http://a; } }`)).toMatchObject({
    ids: ['http_x_request_id'],
    files: [],
    isWhole: true,
    isBuffered: false,
    unknown: [],
  })
})

test('an id may come by a map, and lines by a buffer into a file', () => {
  const http = `map $http_x_request_id $its { default $http_x_request_id; '' $request_id; }
    log_format js escape=json '{"id":"$its","status":$status,"r":"$request","u":"$upstream_addr"'
      ',"c":"$upstream_connect_time"}';
    access_log /var/log/nginx/shop.log js buffer=32k flush=5s;`
  const { formats, ...log } = logOf(http)
  expect(log).toMatchObject({ ids: ['its'], files: ['/var/log/nginx/shop.log'], isBuffered: true, unknown: [] })
  expect(formats).toEqual([
    { escaping: 'json', text: expect.stringMatching(/^\{"id":"\$its".*"c":"\$upstream_connect/) },
  ])
})

test('what it does not tell is said', () => {
  expect(logOf('log_format own \'$remote_addr "$request" $status\'; access_log /dev/stdout own;')).toMatchObject({
    ids: [],
    isWhole: true,
    unknown: [expect.stringMatching(/^no \$http_x_request_id/), expect.stringMatching(/^no \$upstream_addr in own/)],
  })
})

test.each([
  ['access_log off;', /log nothing \(access_log off\)/],
  ['access_log /dev/stdout; server { location /health { access_log off; } }', /log nothing/],
  ['access_log /dev/stdout combined if=$is_loud;', /^line 3 logs some requests and others not/],
  ['access_log syslog:server=10.9.0.3 combined;', /^syslog:server=10.9.0.3 \(line 3\) cannot be read from here$/],
  ['server { access_log /var/log/$host.log; }', /^\/var\/log\/\$host.log \(line 3\) cannot be read/],
  ["log_format a '$remote_addr'; access_log /dev/stdout a;", /^its format a has no \$status$/],
])('a log that leaves requests out: %s', (http, because) => {
  const { isWhole, unknown } = logOf(http)
  expect(isWhole).toBe(false)
  expect(unknown[0]).toMatch(because)
})

test("without any it is Nginx's own, and of two of one level the one that tells more", () => {
  expect(logOf('server { listen 80; }')).toMatchObject({ files: ['/var/log/nginx/access.log'], isWhole: true })
  const two = logOf(`${whole} access_log /var/log/a.log; access_log /dev/stdout all;`)
  expect(two).toMatchObject({ files: [], formats: [{ text: expect.stringContaining('$upstream_addr') }] })
})
