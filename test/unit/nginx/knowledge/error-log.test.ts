import { describe, expect, it } from 'vitest'
import { upstreamAddressOf, upstreamReasonOf } from '../../../../src/nginx/index.ts'

const asked = ', client: 198.51.100.7, server: shop.test, request: "GET /cart HTTP/1.1"'
const line = (message: string, upstream: string) =>
  `2026/11/30 09:00:00 [error] 21#21: *7 ${message}${asked}, upstream: "${upstream}", host: "shop.test"`
const refused = 'connect() failed (111: Connection refused) while connecting to upstream'
const plain = line(refused, 'http://10.20.0.5:8080/cart')

describe('what stands before a line is read over', () => {
  it.each([
    ["an engine's time", '2026-11-30T09:00:00.434167704Z '],
    ["an engine's time with a zone", '2026-11-30T09:00:00.434167704+01:00 '],
    ['the name that Compose gives', 'edge_1  | '],
    ['the same in colour', '\u001b[36medge-1  | \u001b[0m'],
    ['syslog', '<187>Nov 30 09:00:00 gateway nginx: '],
    ['syslog of today', '<187>1 2026-11-30T09:00:00Z gateway nginx 21 - - '],
    ['the journal', 'Nov 30 09:00:00 gateway nginx[21]: '],
    ['the runtime of a cluster', '2026-11-30T09:00:00.434167704Z stderr F '],
    ['a pod', '[pod/edge-7d9/nginx] '],
    ['a name and a time', 'edge_1  | 2026-11-30T09:00:00.434167704Z '],
    ['grep, with what stands around', '/var/log/nginx/error.log-17-'],
  ])('%s', (_what, prefix) => {
    expect(upstreamReasonOf(prefix + plain)).toBe('connect-refused')
    expect(upstreamAddressOf(prefix + plain)).toBe('10.20.0.5:8080')
  })

  it('the JSON in which an engine keeps lines', () => {
    const kept = JSON.stringify({ log: `${plain}\n`, stream: 'stderr', time: '2026-11-30T09:00:00Z' })
    expect(upstreamReasonOf(kept)).toBe('connect-refused')
    expect(upstreamAddressOf(kept)).toBe('10.20.0.5:8080')
    expect(upstreamReasonOf('{"log": 7}')).toBeNull()
    expect(upstreamReasonOf('{"log": "2026/11')).toBeNull()
  })

  it.each([
    ['another order', { stream: 'stderr', time: 'x', log: `${plain}\n` }],
    ['a shipper', { '@timestamp': 'x', message: plain }],
    ['the journal', { _PID: '21', MESSAGE: plain }],
    ['a field more', { level: 'error', msg: plain }],
  ])('JSON of others: %s', (_what, kept) => {
    for (const text of [JSON.stringify(kept), JSON.stringify(kept, null, 1).replaceAll('\n', ' ')]) {
      expect(upstreamReasonOf(`  ${text}\n`)).toBe('connect-refused')
      expect(upstreamReasonOf(`2026-11-30T09:00:00Z stdout F ${text}`)).toBe('connect-refused')
      expect(upstreamAddressOf(text)).toBe('10.20.0.5:8080')
    }
  })

  it('JSON of an access log is none, whatever a visitor asks for', () => {
    expect(upstreamReasonOf(JSON.stringify({ uri: plain, log: 7 }))).toBeNull()
    expect(upstreamReasonOf(JSON.stringify({ message: `GET ${plain}` }))).toBeNull()
    expect(upstreamReasonOf(JSON.stringify({ request: { message: plain } }))).toBeNull()
  })

  it('what a visitor put into an access line is no line of the error log', () => {
    expect(upstreamReasonOf(`198.51.100.7 - - [30/Nov/2026] "GET / ${plain}`)).toBeNull()
    expect(upstreamReasonOf(`198.51.100.7 - - GET /${plain}`)).toBeNull()
  })

  it('of two lines in one the first decides', () => {
    const notice = '2026/11/30 09:00:00 [notice] 21#21: *7 "^" matches "/x", client: 198.51.100.7, request: '
    expect(upstreamReasonOf(notice + plain)).toBeNull()
  })

  it('a line of a megabyte, and one that only begins often, are read in one go', () => {
    expect(upstreamReasonOf(`${'2026/11/30 '.repeat(100_000)}${plain}`)).toBeNull()
    expect(upstreamReasonOf(`2026/11/30 09:00:00 [error] 1#1: *1 ${'"'.repeat(1_000_000)}`)).toBeNull()
    expect(upstreamReasonOf(`2026/11/30 09:00:00 [error] 1#1: *1 ${' while'.repeat(200_000)} upstream`)).toBe('other')
  })
})

describe('numbers and words of other systems', () => {
  const up = ' while connecting to upstream'
  const header = ' while reading response header from upstream'
  it.each([
    ['connect-refused', `connect() failed (10061: No connection could be made)${up}`],
    ['connect-timeout', `connect() failed (10060: A connection attempt failed)${up}`],
    ['host-unreachable', `connect() failed (10065: A socket operation was attempted)${up}`],
    ['host-unreachable', `connect() failed (10051: x)${up}`],
    ['reset', `WSARecv() failed (10054: An existing connection was forcibly closed)${header}`],
    ['connect-refused', `connect() failed (61: Connection refused)${up}`],
    ['host-unreachable', `connect() failed (65: No route to host)${up}`],
    ['connect-failed', `connect() to 10.20.0.5:80 failed (49: Can't assign requested address)${up}`],
    ['connect-refused', `kevent() reported that connect() failed (61: Connection refused)${up}`],
    ['reset', `kevent() reported about an closed connection (54: Connection reset by peer)${header}`],
    ['connect-failed', `connect() to unix:/run/a b.sock failed (2: No such file or directory)${up}`],
    ['connect-refused', `connect() to unix:/run/a b.sock failed (111: x)${up}`],
  ])('%s: %s', (reason, message) => {
    expect(upstreamReasonOf(line(message, 'http://10.20.0.5:8080/'))).toBe(reason)
  })

  it.each([
    '[lua] balancer.lua:12: peers(): no live upstreams while connecting to upstream',
    'js: upstream timed out (110: x) while connecting to upstream',
    '[client 198.51.100.7] ModSecurity: Access denied with code 403 while reading response header from upstream',
  ])('what scripts and filters write is their own: %s', (message) => {
    expect(upstreamReasonOf(line(message, 'http://10.20.0.5:8080/'))).toBeNull()
  })
})

describe('the address of a server', () => {
  it.each([
    ['http://10.20.0.5:8080/cart', '10.20.0.5:8080'],
    ['https://[2001:db8::5]:8443/', '[2001:db8::5]:8443'],
    ['http://shop/cart', 'shop'],
    ['fastcgi://unix:/run/shop/fpm.sock:', 'unix:/run/shop/fpm.sock'],
    ['http://unix:/run/shop/web.sock:/cart?a=b:c', 'unix:/run/shop/web.sock'],
    ['uwsgi://unix:///run/shop/uw.sock:', 'unix:/run/shop/uw.sock'],
    ['suwsgi://10.20.0.5:9001', '10.20.0.5:9001'],
    ['grpcs://10.20.0.5:50051', '10.20.0.5:50051'],
    ['memcached://10.20.0.5:11211', '10.20.0.5:11211'],
    ['10.20.0.8:5432', '10.20.0.8:5432'],
    ['[::1]:5432', '[::1]:5432'],
    ['unix:/run/db.sock', 'unix:/run/db.sock'],
    ['http://unix:/run/a b.sock:/cart', 'unix:/run/a b.sock'],
  ])('%s: %s', (upstream, address) => {
    expect(upstreamAddressOf(line(refused, upstream))).toBe(address)
  })

  it('is none where the line names none', () => {
    expect(
      upstreamAddressOf('2026/11/30 09:00:00 [error] 21#21: *7 no resolver defined to resolve shop-web'),
    ).toBeNull()
    expect(upstreamAddressOf('')).toBeNull()
  })

  it('is not what a visitor sends as the page he came from, or asks for', () => {
    const forged = `${plain}, referrer: "a", upstream: "http://203.0.113.9:1/"`
    expect(upstreamAddressOf(forged)).toBe('10.20.0.5:8080')
    expect(upstreamAddressOf(plain.replace('/cart HTTP', '/", upstream: "http://203.0.113.9:1/ HTTP'))).toBe(
      '10.20.0.5:8080',
    )
  })

  it('of a subrequest is found behind it', () => {
    const text = plain.replace(', upstream:', ', subrequest: "/auth", upstream:')
    expect(upstreamAddressOf(text)).toBe('10.20.0.5:8080')
  })
})
