import { describe, expect, test } from 'vitest'
import { type Known, lint } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'

function refused(text: string, known: Known = {}): string[] {
  const found = lint(main, new Map([[main, text]]), known).filter(({ trap }) => trap === 'refused-by-nginx')
  return found.map(({ says, line }) => `${line} ${says}`)
}

const at = (text: string) => refused(`http { server {\nlocation / { ${text} } } }`)
const two = 'server 10.0.0.1:1; server 10.0.0.2:1 backup;'
const busy = '"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer'

/** Each was shown to Nginx 1.22.1: it refuses the ones with words, and takes the others. */
describe('Nginx refuses', () => {
  test.each([
    ['proxy_buffer_size 32k; proxy_buffers 4 8k;', [`2 ${busy} (65536 > 24576)`]],
    ['proxy_buffers 4 8k; proxy_buffer_size 32k;', [`2 ${busy} (65536 > 24576)`]],
    ['proxy_buffer_size 32k; proxy_buffers 8 32k;', []],
    ['proxy_buffer_size 8k;', []],
    ['proxy_buffers 2 4k;', [`2 ${busy} (8192 > 4096)`]],
    ['proxy_buffers 1 4k;', ['2 there must be at least 2 "proxy_buffers"']],
    ['proxy_pass http://10.0.0.1; proxy_pass http://10.0.0.2;', ['2 "proxy_pass" directive is duplicate']],
    ['proxy_pass http://10.0.0.1\nproxy_read_timeout 1s;', ['2 invalid number of arguments in "proxy_pass" directive']],
    ['proxy_pass 10.0.0.1:80;', ['2 invalid URL prefix']],
    ['proxy_pass @PROTOCOL@://10.0.0.1;', []],
    ['proxy_read_timeout 5x;', ['2 "proxy_read_timeout" directive invalid value']],
    ['proxy_read_timeout 1m30s; grpc_send_timeout 500ms; scgi_read_timeout 60;', []],
    ['uwsgi_buffer_size 8kb;', ['2 "uwsgi_buffer_size" directive invalid value']],
    ['proxy_next_upstream error bogus;', ['2 invalid value "bogus"']],
    ['proxy_next_upstream error timeout http_502 http_429 non_idempotent;', []],
    ['fastcgi_pass 10.0.0.1;', ['2 no port in upstream "10.0.0.1"']],
    ['fastcgi_pass php;', ['2 no port in upstream "php"']],
    ['include elsewhere; fastcgi_pass php;', []],
    ['resolver 2001:db8::1;', ['2 invalid port in resolver "2001:db8::1"']],
    ['resolver [2001:db8::1] [::1]:5353 10.0.0.9 valid=5s;', []],
    ['fastcgi_pass http://10.0.0.1:9000;', ['2 invalid host in upstream "http://10.0.0.1:9000"']],
    ['proxy_pass http://10.0.0.1:99999;', ['2 invalid port in upstream "10.0.0.1:99999"']],
    ['proxy_ssl_verify on; proxy_pass https://10.0.0.1;', ['2 no proxy_ssl_trusted_certificate for proxy_ssl_verify']],
    ['proxy_ssl_verify on; proxy_ssl_trusted_certificate ca; proxy_pass https://10.0.0.1;', []],
  ])('%s', (text, expected) => {
    expect(at(text)).toEqual(expected)
  })

  test('buffers are asked of each server and location, with what is inherited', () => {
    const outer = 'proxy_buffer_size 32k; proxy_buffers 4 8k;'
    expect(refused(`http { ${outer} }`)).toEqual([])
    expect(refused(`http { ${outer} server { } }`)).toHaveLength(1)
    expect(refused(`http { ${outer} server { proxy_buffers 8 32k; } }`)).toEqual([])
    expect(refused(`http { server { fastcgi_buffer_size 64k; fastcgi_buffers 4 8k; } }`)).toHaveLength(1)
    expect(refused(`http { server { grpc_buffer_size 64k; } }`)).toEqual([])
  })

  const backup = 'balancing method does not support parameter "backup"'
  test.each([
    [`hash $uri; ${two}`, [`1 ${backup}`]],
    [`ip_hash; ${two}`, [`1 ${backup}`]],
    [`random two; ${two}`, [`1 ${backup}`]],
    [`least_conn; ${two}`, []],
    [`${two} hash $uri;`, []],
    ['server 10.0.0.1:1 backup;', ['1 no servers in upstream "u"']],
    ['keepalive 2;', ['1 no servers are inside upstream "u"']],
    ['zone u 64k; state /var/lib/nginx/u;', []],
    ['include servers;', []],
    ['server a:1 resolve;', ['1 parameter "resolve" needs a zone in the upstream']],
    ['zone u 64k; server a:1 resolve;', []],
  ])('upstream u { %s }', (text, expected) => {
    expect(refused(`upstream u { ${text} }`)).toEqual(expected)
  })

  const uri = '"proxy_pass" cannot have URI part in a place that has no prefix to replace'
  test.each([
    ['location ~ ^/x { proxy_pass http://10.0.0.1/; }', [`1 ${uri}`]],
    ['location @x { proxy_pass http://10.0.0.1/a; }', [`1 ${uri}`]],
    ['location /x { if ($a) { proxy_pass http://10.0.0.1/; } }', [`1 ${uri}`]],
    ['location ~ ^/x { proxy_pass http://10.0.0.1; }', []],
    ['location ~ ^/x { proxy_pass http://10.0.0.1/$1; }', []],
    ['location ~ ^/x { proxy_pass http://unix:/run/a.sock; }', []],
    ['location /x { } location /x { }', ['1 duplicate location "/x"']],
    ['location /x { } location ^~ /x { }', ['1 duplicate location "/x"']],
    ['location /x { } location = /x { } location ~ /x { } location ~ /x { }', []],
    ['listen 80; listen 80;', ['1 a duplicate listen 80']],
    ['ssl_certificate a; listen 443 ssl; listen 443 quic;', []],
    ['location / { } proxy_pass http://10.0.0.1;', ['1 "proxy_pass" directive is not allowed here']],
  ])('server { %s }', (text, expected) => {
    expect(refused(`http { server { ${text} } }`)).toEqual(expected)
  })

  test('groups have no port and one name, and one server is the default', () => {
    const group = 'upstream u { server 10.0.0.1:1; }'
    expect(refused(`${group} server { location / { proxy_pass http://u:80; } }`)).toEqual([
      '1 upstream "u" may not have port 80',
    ])
    expect(refused(`${group}\n${group}`)).toEqual(['2 duplicate upstream "u"'])
    expect(refused(`http { ${group} } stream { ${group} }`)).toEqual([])
    const first = 'server { listen 80 default_server; }'
    expect(refused(`http { ${first}\n${first} }`)).toEqual(['2 a duplicate default server for 80'])
    expect(refused(`http { ${first} } stream { ${first} }`)).toEqual([])
  })

  test('what a version takes', () => {
    expect(refused('server { ssl on; }', { version: '1.30' })).toEqual([
      '1 unknown directive "ssl", since 1.25.1 (1.30)',
    ])
    expect(refused('server { ssl on; }', { version: '1.24.0' })).toEqual([])
    const resolved = 'upstream u { zone u 64k; server a:1 resolve; }'
    expect(refused(resolved, { version: '1.26.3' })).toEqual(['1 invalid parameter "resolve", until 1.27.3 (1.26.3)'])
    expect(refused(resolved, { version: '1.27.3' })).toEqual([])
  })
})
