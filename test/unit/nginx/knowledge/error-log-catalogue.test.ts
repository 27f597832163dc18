import { describe, expect, it } from 'vitest'
import { upstreamReasonOf } from '../../../../src/nginx/index.ts'

const asked = ', client: 198.51.100.7, server: shop.test, request: "GET /cart HTTP/1.1"'
const tail = `${asked}, upstream: "http://10.20.0.5:8080/cart", host: "shop.test"`
const line = (level: string, message: string, rest = tail) =>
  `2026/11/30 09:00:00 [${level}] 21#21: *7 ${message}${rest}`

/**
 * Ways to a failed request that write a line, each with what it is counted as (`-`: nothing).
 * U, R, B, S stand for what follows `while`: connecting, reading the header, reading the body, the handshake.
 */
const groups = {
  connecting: `
    upstream-connect-refused | connect-refused | error | connect() failed (111: x) while-U
    connect-immediate-error | reset | error | connect() to 10.2.0.5:80 failed (104: x) while-U
    upstream-net-unreachable | host-unreachable | error | connect() failed (101: x) while-U
    upstream-host-unreachable | host-unreachable | error | connect() failed (113: x) while-U
    upstream-host-down | host-unreachable | error | connect() failed (112: x) while-U
    upstream-connect-eacces | connect-failed | crit | connect() to 10.2.0.5:80 failed (13: x) while-U
    upstream-route-blackhole | connect-failed | crit | connect() to 10.2.0.5:80 failed (22: x) while-U
    ephemeral-ports-exhausted | connect-failed | crit | connect() to 10.2.0.5:80 failed (99: x) while-U
    upstream-connect-timeout | connect-timeout | error | upstream timed out (110: x) while-U
    connect-kernel-timeout | connect-timeout | error | connect() failed (110: x) while-U
    unix-socket-missing | connect-failed | crit | connect() to unix:/run/a.sock failed (2: x) while-U
    unix-socket-permission | connect-failed | crit | connect() to unix:/run/a.sock failed (13: x) while-U
    unix-socket-stale | connect-refused | error | connect() to unix:/run/a.sock failed (111: x) while-U
    unix-socket-backlog-full | connect-failed | error | connect() to unix:/run/a.sock failed (11: x) while-U
    no-live-upstreams | no-live-upstreams | error | no live upstreams while-U
    poison-request-cascade | - | warn | upstream server temporarily disabled while-R
    no-upstream-configuration | other | alert | no upstream configuration
  `,
  ownResources: `
    nginx-fd-exhausted | other | alert | socket() failed (24: x) while-U
    fd-number-over-table | other | alert | the new socket has number 512, but only 512 files are available while-U
    worker-connections | other | alert | 512 worker_connections are not enough while-U
    nginx-accept-starved | - | crit | accept4() failed (24: x)
    proxy-bind-failed | connect-failed | crit | bind(10.9.9.9) failed (99: x) while-U
    client-body-temp-denied | - | crit | open() "/var/lib/nginx/body/0000000001" failed (13: x)
    client-body-temp-full | - | crit | pwrite() "/var/lib/nginx/upstream/0000000001" failed (28: x)
    request-pool-alloc-failed | - | emerg | malloc(4096) failed (12: x) while-R
  `,
  names: `
    dyn-url-bad-scheme | other | error | invalid URL prefix in "shop-web:80"
    dyn-url-bad-authority | other | error | invalid port in upstream "http://127.0.0.1:99999"
    dyn-url-bad-host | other | error | invalid host in upstream "http://[::1"
    dyn-url-no-host | other | error | no host in upstream ":80"
    dyn-no-port | other | error | no port in upstream "shop-php"
    resolver-missing | name-not-resolved | error | no resolver defined to resolve shop-web
    resolver-nxdomain | name-not-resolved | error | shop-web could not be resolved (3: Host not found)
    resolver-servfail | name-not-resolved | error | shop-web could not be resolved (2: Server failure)
    resolver-timeout | name-not-resolved | error | shop-web could not be resolved (110: Operation timed out)
    resolver-unreachable | - | error | send() failed (111: x) while resolving, resolver: 10.0.0.2:53
  `,
  tls: `
    tls-handshake-timeout | connect-timeout | error | upstream timed out (110: x) while-S
    tls-handshake-closed | tls-handshake | error | peer closed connection in SSL handshake while-S
    tls-handshake-reset | tls-handshake | error | peer closed connection in SSL handshake (104: x) while-S
    tls-handshake-alert | tls-handshake | error | SSL_do_handshake() failed (SSL: alert protocol version) while-S
    tls-sni-missing | tls-handshake | crit | SSL_do_handshake() failed (SSL: error:0A000458::unrecognized name) while-S
    plaintext-to-tls-port | reset | error | recv() failed (104: x) while-R
    tls-cert-expired | tls-handshake | error | upstream SSL certificate verify error: (10:x) while-S
    tls-cert-name-mismatch | tls-handshake | error | upstream SSL certificate does not match "api" while-S
    tls-client-cert-required | tls-handshake | error | SSL_read() failed (SSL: certificate required) while-R
    tls-client-cert-load-failed | tls-handshake | error | cannot load certificate "/x.pem": x while-U
    tls-early-plaintext | tls-handshake | error | upstream prematurely sent response while-R
    the client's own handshake | - | crit | SSL_do_handshake() failed (SSL: bad key share) while SSL handshaking
    a client that leaves it | - | error | peer closed connection in SSL handshake while SSL handshaking
    a client's broken record | - | crit | SSL_read() failed (SSL: bad record mac) while waiting for request
  `,
  sendingAndReading: `
    upstream-send-timeout | other | error | upstream timed out (110: x) while sending request to upstream
    upstream-write-reset | reset | error | writev() failed (32: x) while sending request to upstream
    upstream-sendfile-reset | reset | error | sendfile() failed (104: x) while sending request to upstream
    upstream-read-timeout | read-timeout | error | upstream timed out (110: x) while-R
    upstream-premature-close | premature-close | error | upstream prematurely closed connection while-R
    upstream-reset-before-header | reset | error | recv() failed (104: x) while-R
    upstream-header-too-big | header-too-big | error | upstream sent too big header while-R
    invalid-header-char | other | error | upstream sent invalid header: "X\\\\x20..." while-R
    duplicate-length | other | error | upstream sent duplicate header line: "Content-Length: 1" while-R
    length-and-te | other | error | upstream sent "Content-Length" and "Transfer-Encoding" headers while-R
    unknown-te | other | error | upstream sent unknown "Transfer-Encoding": "gzip" while-R
    invalid-length | other | error | upstream sent invalid "Content-Length" header: "a" while-R
    early-hints-http10 | other | error | upstream sent HTTP/1.0 response with early hints while-R
    http09-reply | other | error | upstream sent no valid HTTP/1.0 header while-R
  `,
  passedOn: `
    error-page-missing | - | error | open() "/srv/upstream/50x.html" failed (2: No such file or directory)
    missing-named-location | - | error | could not find named location "@upstream"
    auth-request-dead | - | error | auth request unexpected status: 502 while sending to client
    x-accel-redirect-loop | - | error | redirection cycle while internally redirecting to "/upstream"
    rewrite-cycle | - | error | rewrite or internal redirection cycle while processing "/upstream"
    rewrite-zero-uri | - | error | the rewritten URI has a zero length
    truncated-length-fin | premature-close | error | upstream prematurely closed connection while-B
    truncated-length-rst | reset | error | readv() failed (104: x) while-B
    truncated-stall | read-timeout | error | upstream timed out (110: x) while-B
    invalid-chunk | other | error | upstream sent invalid chunked response while-B
    excess-body | - | warn | upstream sent more data than specified in "Content-Length" header while-B
    upgraded-tunnel-reset | reset | error | recv() failed (104: x) while proxying upgraded connection
    upgraded-tunnel-timeout | - | info | upstream timed out (110: x) while proxying upgraded connection
    proxy-temp-denied | other | crit | open() "/var/lib/nginx/proxy/1/00/0000000001" failed (13: x) while-B
    proxy-temp-full | other | crit | pwritev() "/var/lib/nginx/proxy/1/00/0000000001" failed (28: x) while-B
    client-send-timeout | - | info | client timed out (110: x) while sending to client
    trailers-too-big | other | error | upstream sent too big trailers while-B
    slice-later-part | - | error | unexpected status code 502 in slice response while-R
  `,
  limitsAndCache: `
    limit-req-503 | - | error | limiting requests, excess: 5.100 by zone "upstream"
    limit-req-zone-full | - | alert | could not allocate node in limit_req zone "upstream"
    limit-conn-503 | - | error | limiting connections by zone "upstream"
    limit-conn-zone-full | - | crit | ngx_slab_alloc() failed: no memory in limit_conn_zone "upstream"
    cache-file-unreadable | - | crit | open() "/var/cache/upstream/1/0f" failed (13: x)
    cache-keys-zone-full | - | alert | could not allocate node in cache keys zone "upstream"
    cache-zone-var-unknown | - | error | cache "upstream" not found
    cache-key-too-big | - | error | proxy_buffer_size 1024 is not enough for cache key
    cache-file-corrupt | - | crit | cache file "/var/cache/upstream/1/0f" contains invalid header
    cache-lock-timeout | - | info | cache lock timeout
  `,
  clientsAndLife: `
    client-abort-waiting | - | info | client prematurely closed connection, so upstream connection is closed too while-U
    startup-host-not-found | - | emerg | host not found in upstream "api" in /etc/nginx/nginx.conf:9
    worker-killed | - | alert | worker process 21 exited on signal 9
    fastcgi-premature | premature-close | error | upstream prematurely closed FastCGI stdout while-R
    fastcgi-to-http-port | other | error | upstream sent unsupported FastCGI protocol version: 72 while-R
    fastcgi-stderr-only | - | error | FastCGI sent in stderr: "Primary script unknown" while-R
    a notice of PHP | - | error | FastCGI sent in stderr: "PHP message: upstream timed out, client: x" while-B
    grpc-to-http1-port | other | error | upstream sent too large http2 frame: 4740180 while-R
    grpc-rst-stream | other | error | upstream rejected request with error 7 while-R
    grpc-goaway | other | error | upstream sent goaway with error 0 while-R
    grpc-stream-truncated | premature-close | error | upstream prematurely closed stream while-B
  `,
  /** Ways that end in a line of another way: several causes, one line. */
  sameLines: `
    local-output-drop | connect-timeout | error | upstream timed out (110: x) while-U
    local-output-reject | connect-refused | error | connect() failed (111: x) while-U
    accept-queue-full | connect-timeout | error | upstream timed out (110: x) while-U
    timeout-masked-by-no-live | no-live-upstreams | error | no live upstreams while-U
    app-503-masked-by-no-live | no-live-upstreams | error | no live upstreams while-U
    down-sibling-removes-single-exemption | - | warn | upstream server temporarily disabled while-U
    tls-to-plaintext-port | tls-handshake | error | SSL_do_handshake() failed (SSL: wrong version number) while-S
    tls-cert-untrusted | tls-handshake | error | upstream SSL certificate verify error: (18:self-signed) while-S
    tls-cert-chain-depth | tls-handshake | error | upstream SSL certificate verify error: (22:chain too long) while-S
    tls-session-reuse-mixed-verify | tls-handshake | error | upstream SSL certificate verify error: (20:x) while-S
    early-response-lost | reset | error | recv() failed (104: x) while-R
    close-during-upload | reset | error | recv() failed (104: x) while-R
    keepalive-stale-hidden | premature-close | error | upstream prematurely closed connection while-R
    keepalive-stale-cascade | no-live-upstreams | error | no live upstreams while-U
    early-hints-only | premature-close | error | upstream prematurely closed connection while-R
    x-accel-redirect-missing-named | - | error | could not find named location "@upstream"
    ssi-include-dead | connect-refused | error | connect() failed (111: x) while-U
    mirror-dead | connect-refused | error | connect() failed (111: x) while-U
    truncated-chunked-fin | premature-close | error | upstream prematurely closed connection while-B
    cache-write-denied | other | crit | open() "/var/cache/upstream/1/0f.0000000001" failed (13: x) while-B
    cache-write-full | other | crit | pwritev() "/var/cache/upstream/1" has written only 4096 of 8192 while-B
    stale-served-hides-error | connect-refused | error | connect() failed (111: x) while-U
    client-abort-midbody | - | info | client prematurely closed connection, so upstream is closed too while-B
    client-abort-with-cache | - | info | epoll_wait() reported that client prematurely closed connection while-R
    client-abort-in-limit-delay | - | info | client prematurely closed connection
    client-abort-upload | - | info | client prematurely closed connection
    client-abort-h2 | - | info | client prematurely closed connection while processing HTTP/2 connection
    config-test-failed | - | emerg | no servers are inside upstream in /etc/nginx/nginx.conf:9
    reload-failed-old-config-kept | - | emerg | "proxy_busy_buffers_size" must be less than all
    reload-zone-key-conflict | - | emerg | limit_req "upstream" uses the "a" key while previously it used the "b" key
    master-fast-stop | - | notice | exiting
    graceful-quit-new-client | - | notice | gracefully shutting down
  `,
}

const phases: Record<string, string> = {
  U: 'connecting to upstream',
  R: 'reading response header from upstream',
  B: 'reading upstream',
  S: 'SSL handshaking to upstream',
}

function rowsOf(table: string): (readonly [string, string | null, string, string])[] {
  const rows = table.trim().split('\n')
  return rows.map((row) => {
    const [id = '', reason = '', level = '', ...message] = row.trim().split(' | ')
    const text = message.join(' | ').replace(/while-([URBS])$/, (_all, key: string) => `while ${phases[key]}`)
    return [id, reason === '-' ? null : reason, level, text] as const
  })
}

describe.each(Object.entries(groups))('%s', (_group, table) => {
  it.each(rowsOf(table))('%s: %s', (_id, reason, level, message) => {
    expect(upstreamReasonOf(line(level, message))).toBe(reason)
    // A line of a request that has not got as far as a server names none.
    expect(upstreamReasonOf(line(level, message, asked))).toBe(reason)
    expect(upstreamReasonOf(line(level, message, ''))).toBe(reason)
  })
})

describe('stream', () => {
  const counted = ', bytes from/to client:0/0, bytes from/to upstream:0/0'
  const rest = `, client: 198.51.100.7, server: 0.0.0.0:5432, upstream: "10.20.0.8:5432"${counted}`

  it.each([
    ['connect-refused', 'connect() failed (111: x) while connecting to upstream'],
    ['connect-timeout', 'upstream timed out (110: x) while connecting to upstream'],
    ['connect-failed', 'connect() to unix:/run/db.sock failed (2: x) while connecting to upstream'],
    ['no-live-upstreams', 'no live upstreams while connecting to upstream'],
    ['tls-handshake', 'peer closed connection in SSL handshake while SSL handshaking to upstream'],
    ['tls-handshake', 'upstream SSL certificate does not match "db" while SSL handshaking to upstream'],
    ['reset', 'recv() failed (104: x) while proxying and reading from upstream'],
    ['reset', 'send() failed (32: x) while proxying and sending to upstream'],
    [null, 'recv() failed (104: x) while proxying and reading from client'],
    [null, 'SSL_do_handshake() failed (SSL: error:0A00006C::bad key share) while SSL handshaking'],
  ])('%s: %s', (reason, message) => {
    expect(upstreamReasonOf(line('error', message, rest))).toBe(reason)
  })
})
