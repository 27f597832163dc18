import { expect, test } from 'vitest'
import { formatReader } from '../../../../src/nginx/index.ts'

/** As Nginx 1.26 writes them. */
test.each([
  [
    '$remote_addr [$time_local] "$request" $status $upstream_addr $upstream_status $upstream_connect_time',
    '10.9.0.1 [01/Dec/2026:10:00:00 +0000] "POST /a HTTP/1.1" 200 10.9.0.5:80, 10.9.0.6:80 502, 200 -, 0.001',
    { request: 'POST /a HTTP/1.1', upstream_addr: '10.9.0.5:80, 10.9.0.6:80', upstream_status: '502, 200' },
  ],
  [
    '$upstream_addr $upstream_response_time',
    'unix:/run/a.sock, 10.9.0.6:80 : 10.9.0.7:80 0.100, 0.2 : 0.003',
    { upstream_addr: 'unix:/run/a.sock, 10.9.0.6:80 : 10.9.0.7:80', upstream_response_time: '0.100, 0.2 : 0.003' },
  ],
  [
    '$time_local $request $status',
    '01/Dec/2026:10:00:00 +0000 GET /a HTTP/1.0 304',
    { time_local: '01/Dec/2026:10:00:00 +0000', request: 'GET /a HTTP/1.0', status: '304' },
  ],
  ['"$http_user_agent" $status', String.raw`"a\x22b" 200`, { http_user_agent: 'a"b', status: '200' }],
  ['$remote_addr "$request" $status', '10.9.0.1 "" 400', { request: '', status: '400' }],
  ['$upstream_status|$status', '-|421', { upstream_status: '', status: '421' }],
])('values of %s', (format, line, values) => {
  expect(Object.fromEntries(formatReader(format)(line) ?? [])).toMatchObject(values)
})

test('a format of JSON is read by its texts, and its values as JSON has them', () => {
  const read = formatReader('{"id":"$http_x_request_id","status":$status,"agent":"$http_user_agent"}', 'json')
  const values = read(String.raw`{"id":"r-u-7","status":502,"agent":"a\"b\u0001"}`)
  expect(Object.fromEntries(values ?? [])).toEqual({
    http_x_request_id: 'r-u-7',
    status: '502',
    http_user_agent: 'a"b\u0001',
  })
})

test.each(['', 'not of it', '10.9.0.1 "GET /', '"'.repeat(60_000), ', '.repeat(30_000)])('no line of it', (line) => {
  expect(formatReader('$remote_addr "$request" $status $upstream_addr ;')(line)).toBeUndefined()
})
