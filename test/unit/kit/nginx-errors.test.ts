import { describe, expect, it } from 'vitest'
import { upstreamReasonOf } from '../../../src/kit/nginx-errors.ts'

const tail =
  ', client: 172.19.0.1, server: _, request: "GET / HTTP/1.1", upstream: "http://172.18.0.3:8080/", host: "shop"'
const line = (message: string, level = 'error') => `2026/11/20 22:41:06 [${level}] 43#43: *33 ${message}${tail}`

describe('reason of a line of the error log', () => {
  it.each([
    ['connect() failed (111: Connection refused) while connecting to upstream', 'connect-refused'],
    [
      'connect() to unix:/run/app.sock failed (111: Connection refused) while connecting to upstream',
      'connect-refused',
    ],
    ['upstream timed out (110: Connection timed out) while connecting to upstream', 'connect-timeout'],
    ['upstream timed out (110: Connection timed out) while SSL handshaking to upstream', 'connect-timeout'],
    ['connect() failed (110: Connection timed out) while connecting to upstream', 'connect-timeout'],
    ['connect() failed (113: No route to host) while connecting to upstream', 'host-unreachable'],
    ['connect() to 10.9.9.9:80 failed (101: Network is unreachable) while connecting to upstream', 'host-unreachable'],
    ['no live upstreams while connecting to upstream', 'no-live-upstreams'],
    ['upstream prematurely closed connection while reading response header from upstream', 'premature-close'],
    ['upstream prematurely closed connection while reading upstream', 'premature-close'],
    ['upstream timed out (110: Connection timed out) while reading response header from upstream', 'read-timeout'],
    ['upstream timed out (110: Connection timed out) while reading upstream', 'read-timeout'],
    ['recv() failed (104: Connection reset by peer) while reading response header from upstream', 'reset'],
    ['readv() failed (104: Connection reset by peer) while reading upstream', 'reset'],
    ['writev() failed (32: Broken pipe) while sending request to upstream', 'reset'],
    ['upstream sent too big header while reading response header from upstream', 'header-too-big'],
    ['upstream sent invalid header: "Foo\\x20..." while reading response header from upstream', 'other'],
    ['upstream timed out (110: Connection timed out) while sending request to upstream', 'other'],
    ['connect() failed (24: Too many open files) while connecting to upstream', 'other'],
    ['peer closed connection in SSL handshake while SSL handshaking to upstream', 'tls-handshake'],
    [
      'SSL_do_handshake() failed (SSL: error:0A00010B::wrong version number) while SSL handshaking to upstream',
      'tls-handshake',
    ],
    ['api-1 could not be resolved (3: Host not found)', 'name-not-resolved'],
    ['no resolver defined to resolve api-1', 'name-not-resolved'],
  ])('%s: %s', (message, reason) => {
    expect(upstreamReasonOf(line(message))).toBe(reason)
  })

  it('goes by the number, since musl has other words than glibc', () => {
    expect(upstreamReasonOf(line('connect() failed (113: Host is unreachable) while connecting to upstream'))).toBe(
      'host-unreachable',
    )
    expect(upstreamReasonOf(line('upstream timed out (110: Operation timed out) while connecting to upstream'))).toBe(
      'connect-timeout',
    )
  })

  it('takes critical lines as it takes errors', () => {
    const message = 'connect() to unix:/run/app.sock failed (2: No such file or directory) while connecting to upstream'
    expect(upstreamReasonOf(line(message, 'crit'))).toBe('connect-failed')
  })

  it.each([
    ['a disabled upstream, which is a consequence', line('upstream server temporarily disabled while …', 'warn')],
    ['a client that went away', line('client prematurely closed connection, so upstream connection is closed', 'info')],
    [
      'a buffered answer',
      line('an upstream response is buffered to a temporary file /x while reading upstream', 'warn'),
    ],
    ['a client that was reset', line('recv() failed (104: Connection reset by peer) while waiting for request')],
    ['a line without a connection', '2026/11/20 22:41:06 [emerg] 1#1: host not found in upstream "api-9:8080"'],
    ['a reload', '2026/11/20 22:41:06 [notice] 1#1: signal 1 (SIGHUP) received, reconfiguring'],
    ['nothing', ''],
  ])('says nothing about %s', (_what, text) => {
    expect(upstreamReasonOf(text)).toBeNull()
  })

  it('is not fooled by what a client wrote into its request', () => {
    const request = 'request: "GET /no live upstreams while connecting to upstream"'
    const text = `2026/11/20 22:41:06 [error] 4#4: *3 open() "/x" failed (2: No such file), client: 1.2.3.4, ${request}`
    expect(upstreamReasonOf(text)).toBeNull()
  })
})
