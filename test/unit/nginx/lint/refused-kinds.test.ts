import { describe, expect, test } from 'vitest'
import { lint } from '../../../../src/nginx/index.ts'

const main = '/etc/nginx/nginx.conf'
const wraps = {
  main: (text: string) => text,
  http: (text: string) => `events {} http { ${text} }`,
  server: (text: string) => `events {} http { server { listen 8100; ${text} } }`,
  location: (text: string) => `events {} http { server { listen 8100; location / { ${text} } } }`,
  stream: (text: string) => `events {} stream { ${text} }`,
  streamServer: (text: string) => `events {} stream { server { listen 8101; ${text} } }`,
}
type Around = keyof typeof wraps

const refused = (around: Around, text: string) =>
  lint(main, new Map([[main, wraps[around](text)]]))
    .filter(({ trap }) => trap === 'refused-by-nginx' || trap === 'unreadable')
    .map(({ says }) => says)

/** Each was given to `nginx -t` of 1.26.3 and 1.22.1: it starts with it. */
const taken: Record<Around, string> = {
  main: `
    user root; worker_processes auto; worker_priority -5; worker_rlimit_core 1m; events { use epoll; }
    "events" { } "http" { "server" { "listen" 18100; } }
    events { } http { log_format a escape=json '{' '}'; access_log off; map_hash_bucket_size 64; }`,
  http: `
    server { listen 80; } server { listen 80; }
    server { listen 80 default_server; listen [::]:80 default_server; listen 127.0.0.1:80 default_server; }
    server { listen *:80; listen 127.0.0.1:80; listen unix:/run/a.sock; listen localhost:81; listen 8100-8105; }
    server { listen 80 reuseport backlog=511 so_keepalive=30m::10 deferred fastopen=3 rcvbuf=1k; }
    upstream a { server 10.0.0.1; } upstream b { server localhost weight=5 max_conns=0 max_fails=0; }
    upstream a { server 10.0.0.1:08080; server [::ffff:127.0.0.1]:80 fail_timeout=1m30s backup; zone a 64k; }
    upstream a { server 10.0.0.1; server 10.0.0.2 backup; hash $host; }
    map $host $proxy_pass { proxy_pass 1; proxy_connect_timeout x; }
    map $host $a { hostnames; volatile; default a; \\default 1; ~^(a|b)$ 2; ~^(a|b)$ 3; "a b" ''; }
    geo $a { ranges; default x; default y; 10.0.0.1-10.0.0.5 z; }
    limit_req_zone $host zone=a:1m rate=1r/s; server { limit_req zone=a burst=5; }
    server { limit_conn b 5; } limit_conn_zone $uri zone=b:1m;
    proxy_cache_path /x keys_zone=c:1m; proxy_cache c; uwsgi_cache off; scgi_cache $host;
    log_format x y; access_log /dev/null x buffer=4k; access_log syslog:server=10.0.0.1 combined; error_log /x debug;
    resolver 10.0.0.9 [::1]:5353 ns.test valid=1h30m ipv6=off; keepalive_timeout 500ms 1h; error_log memory:32m debug;
    types { a/b c d; a/b e; } types { a/b; }
    server { listen 80; listen 443 ssl; ssl_reject_handshake on; }`,
  server: `
    proxy_connect_timeout "1h  30m"; proxy_read_timeout 5s30; proxy_send_timeout 1w2d3h4m5s6ms;
    open_file_cache_valid 1y2M; client_max_body_size 1G; client_body_buffer_size 16K; sendfile ON;
    error_page 300 497 494 =1000 /x; error_page 502 503 = @x; error_page 404 $uri;
    return 301 https://$host$request_uri; return 999 x; return https://x/;
    add_header A "" always; add_header A b; proxy_cookie_path / /a; proxy_cookie_path / /b;
    location @n {} location @n {} location ~ a {} location ~ a {} location = /a {} location /a {} location ~a {}
    location '/a b' {} location = {} location ~* ^/[]a]/[[:alpha:]]+\\($ {} location ~ "^/(?<x>a)(?i)b(?=c)$" {}
    location /a { location ~ b {} location = /a/c {} location ^~ /a/b {} location /a/d { location ~ e {} } }
    if ($host) {} if ( $host = '' ) {} if ($host ~ (a|b)) {} if ( !-x $uri ) {} if ($uri !~* "a{2}") {}
    proxy_next_upstream updating; grpc_next_upstream http_502 non_idempotent; memcached_next_upstream invalid_response;
    fastcgi_next_upstream http_429 non_idempotent off; proxy_cache_use_stale non_idempotent http_504;
    proxy_cache_valid any 0; proxy_cache_valid 10m; proxy_cache_valid 100 599 "1h 30m";
    if ($host) { rewrite ^ /x last; set $a b; break; rewrite_log on; return 200 x; }
    keepalive_timeout 75 60; set $1a b; set $a-b ""; limit_req_status 400; proxy_http_version 1.0;
    set_real_ip_from 10.0.0.0/8; set_real_ip_from ::/0; allow all; allow all; index a; index a;`,
  location: `
    proxy_pass HTTPS://localhost:80/a:b/?c=/d@e#f;
    proxy_pass http://unix:/run/a.sock:/x:y; limit_except GET { deny all; auth_basic a; proxy_pass http://10.0.0.1; }
    if ($host) { root /x; gzip on; expires 1h; add_header A b; access_log off; fastcgi_pass 10.0.0.1:1; }
    uwsgi_pass suwsgi://localhost:1;
    grpc_pass grpcs://[::1]:1;
    fastcgi_pass unix:/a.sock;
    dav_methods PUT; dav_access user:rw group:r; create_full_put_path on; types { } default_type a;`,
  stream: `
    server { listen 53 udp reuseport; listen 53; proxy_pass unix:/a.sock; } server { listen 54; return $remote_addr; }
    upstream a { server 10.0.0.1:1 weight=2; server 10.0.0.2:1 backup; zone a 64k; least_conn; random two; }
    log_format x y; server { listen 1; proxy_pass $server_port:1; access_log /dev/null x; ssl_preread on; set $a b; }`,
  streamServer: `
    proxy_pass 10.0.0.1:1; proxy_timeout 1h; proxy_connect_timeout 1s; proxy_next_upstream off; proxy_ssl_verify on;
    proxy_bind $remote_addr transparent; proxy_buffer_size 2k; allow 10.0.0.0/8; deny all; proxy_protocol on;
    return "x";`,
}

/** And these it refuses, in these words. */
const notTaken: readonly [Around, string, RegExp][] = [
  ['main', 'events {} http { worker_processes 2; }', /"worker_processes" directive is not allowed here/],
  ['main', 'events {} events {} http {}', /"events" directive is duplicate/],
  ['main', 'events {} server { listen 80; }', /"server" directive is not allowed here/],
  ['main', 'events { worker_connections 10; worker_connections 20; }', /"worker_connections" directive is duplicate/],
  ['main', 'daemon off; daemon on; events {}', /"daemon" directive is duplicate/],
  ['main', 'worker_processes; events {}', /invalid number of arguments in "worker_processes"/],
  ['main', 'events { worker_connections 1k; }', /invalid number "1k"/],
  ['main', 'events {} http { include a b; }', /invalid number of arguments in "include"/],
  ['main', 'events {}\n\uFEFFhttp {}', /unknown directive/],
  ['http', 'server { listen 80; server { } }', /"server" directive is not allowed here/],
  ['http', 'proxy_pass http://10.0.0.1;', /"proxy_pass" directive is not allowed here/],
  ['http', 'upstream a { server 10.0.0.1; location / {} }', /"location" directive is not allowed here/],
  ['http', 'upstream a { server 10.0.0.1 { } }', /directive "server" is not terminated by ";"/],
  ['http', 'upstream a { server 10.0.0.1; keepalive 4; keepalive 5; }', /"keepalive" directive is duplicate/],
  ['http', 'upstream a b { server 10.0.0.1; }', /invalid number of arguments in "upstream"/],
  ['http', 'upstream a { server 10.0.0.1 weight=0; }', /invalid parameter "weight=0"/],
  ['http', 'upstream a { server 10.0.0.1 fail_timeout=500ms; }', /invalid parameter "fail_timeout=500ms"/],
  ['http', 'upstream a { server 10.0.0.1 maxconns=10; }', /invalid parameter "maxconns=10"/],
  ['http', 'upstream a { server http://10.0.0.1; }', /invalid host in upstream/],
  ['http', 'upstream a { server 10.0.0.1:70000; }', /invalid port in upstream/],
  ['http', 'upstream a { server ::1; }', /invalid port in upstream/],
  ['http', 'upstream a { server unix:/a b.sock; }', /invalid parameter "b\.sock"/],
  ['http', 'upstream a { server $host; }', /host not found in upstream "\$host"/],
  ['http', 'server { listen 80; listen *:80; }', /a duplicate listen \*:80/],
  ['http', 'server { listen [::1]:80; listen [0:0::1]:80; }', /a duplicate listen/],
  ['http', 'server { listen 80 default_server; } server { listen *:80 default; }', /a duplicate default server/],
  ['http', 'server { listen 65536; }', /invalid port in "65536"/],
  ['http', 'server { listen http://10.0.0.1:80; }', /invalid host in/],
  ['http', 'server { listen 80 http3; }', /invalid parameter "http3"/],
  ['http', 'server { listen $port; }', /host not found in "\$port"/],
  ['http', 'server { listen 443 ssl; }', /no "ssl_certificate" is defined/],
  ['http', 'map $host $a { default 1; default 2; }', /duplicate default map parameter/],
  ['http', 'map $host $a { A 1; "a" 2; }', /conflicting parameter "a"/],
  ['http', 'map $host $a { a 1 2; }', /invalid number of the map parameters/],
  ['http', 'map $host a { }', /invalid variable name "a"/],
  ['http', 'map $host $a { ~^(a 1; }', /unmatched bracket in "\^\(a"/],
  ['http', 'geo $a { 10.0.0.0/8 x y; }', /invalid number of the geo parameters/],
  ['http', 'server { limit_req zone=b; }', /zero size shared memory zone "b"/],
  ['http', 'fastcgi_cache_path /x keys_zone=c:1m; server { proxy_cache c; }', /"proxy_cache" zone "c" is unknown/],
  ['http', 'access_log /dev/null main;', /unknown log format "main"/],
  ['http', 'error_log stderr warning;', /invalid log level "warning"/],
  ['http', 'keepalive_timeout 5 500ms;', /"keepalive_timeout" directive invalid value/],
  ['http', 'resolver 10.0.0.9 valid=30q;', /invalid parameter: valid=30q/],
  ['http', 'gzip on; gzip on;', /"gzip" directive is duplicate/],
  ['http', 'proxy_bind 10.0.0.1; proxy_bind off;', /"proxy_bind" directive is duplicate/],
  ['server', 'location =/a {} location = /a {}', /duplicate location "\/a"/],
  ['server', 'location ^~/a {} location /a {}', /duplicate location "\/a"/],
  ['server', 'location /a/ { location /b/ {} }', /location "\/b\/" is outside location "\/a\/"/],
  ['server', 'location = /a { location ~ b {} }', /cannot be inside the exact location "\/a"/],
  ['server', 'location @n { location /b {} }', /cannot be inside the named location "@n"/],
  ['server', 'location / { location @n {} }', /named location "@n" can be on the server level only/],
  ['server', 'location =~ /a {}', /invalid location modifier "=~"/],
  ['server', 'location ~ [a {}', /unmatched bracket/],
  ['server', 'if ($host) { proxy_pass http://10.0.0.1; }', /"proxy_pass" directive is not allowed here/],
  ['server', 'if ($host) { return 200; } else { return 400; }', /unknown directive "else"/],
  ['server', 'if ($host && $uri) { return 200; }', /unexpected "&&" in condition/],
  ['server', 'if ($host == a) { return 200; }', /unexpected "==" in condition/],
  ['server', 'if (!$host) { return 200; }', /invalid condition "!\$host"/],
  ['server', 'if $host { return 200; }', /invalid condition "\$host"/],
  ['server', 'if ($host = a b) { return 200; }', /invalid condition/],
  ['server', 'if ($host ~ "(a") { return 200; }', /unmatched bracket/],
  ['server', 'alias /x;', /"alias" directive is not allowed here/],
  ['server', 'resolver 10.0.0.1; resolver 10.0.0.2;', /"resolver" directive is duplicate/],
  ['server', 'client_max_body_size 10 M;', /invalid number of arguments/],
  ['server', 'client_max_body_size 10mb;', /"client_max_body_size" directive invalid value/],
  ['server', 'client_body_buffer_size 1g;', /invalid value/],
  ['server', 'proxy_read_timeout 1s1m;', /invalid value/],
  ['server', 'proxy_read_timeout 1M;', /invalid value/],
  ['server', 'proxy_buffering maybe;', /it must be "on" or "off"/],
  ['server', 'proxy_buffering on; proxy_buffering off;', /"proxy_buffering" directive is duplicate/],
  ['server', 'proxy_set_header Host a b;', /invalid number of arguments/],
  ['server', 'keepalive_requests 1k;', /invalid number/],
  ['server', 'proxy_buffers 4;', /invalid number of arguments/],
  ['server', 'error_page 200 /x;', /must be between 300 and 599/],
  ['server', 'error_page 502 =abc /x;', /invalid value "=abc"/],
  ['server', 'error_page 502=200 /x;', /invalid value "502=200"/],
  ['server', 'return 1000;', /invalid return code "1000"/],
  ['server', 'return /x;', /invalid return code "\/x"/],
  ['server', 'rewrite ^/a$ /b now;', /invalid parameter "now"/],
  ['server', 'rewrite ^/(a /b;', /unmatched bracket/],
  ['server', 'server_name ~^(;', /unmatched bracket/],
  ['server', 'set a 1;', /invalid variable name "a"/],
  ['server', 'fastcgi_next_upstream http_502;', /invalid value "http_502"/],
  ['server', 'memcached_next_upstream non_idempotent;', /invalid value "non_idempotent"/],
  ['server', 'proxy_cache_valid 700 1m;', /invalid status "700"/],
  ['server', 'proxy_cache_valid 200 x;', /invalid time value "x"/],
  ['server', 'limit_conn_status 700;', /between 400 and 599/],
  ['server', 'proxy_ssl_verify on; location / { proxy_pass https://$host; }', /no proxy_ssl_trusted_certificate/],
  ['location', 'alias /x; root /y;', /"root" directive is duplicate/],
  ['location', 'limit_except GET { proxy_set_header X y; }', /"proxy_set_header" directive is not allowed here/],
  ['location', 'if ($host) { proxy_set_header X 1; }', /"proxy_set_header" directive is not allowed here/],
  ['location', 'proxy_pass http://;', /no host in upstream/],
  ['location', 'proxy_pass http://10.0.0.1:/;', /invalid port in upstream/],
  ['location', 'proxy_pass http://[::1;', /invalid host in upstream/],
  ['location', 'proxy_pass http://user:pw@10.0.0.1;', /invalid port in upstream/],
  ['location', 'fastcgi_pass fastcgi://10.0.0.1:9000;', /invalid (host|port) in upstream/],
  ['location', 'grpc_pass grpc://10.0.0.1:50051/svc;', /invalid host in upstream/],
  ['location', 'uwsgi_pass [::1];', /no port in upstream/],
  ['stream', 'upstream a { server 10.0.0.1; }', /no port in upstream/],
  ['stream', 'upstream a { ip_hash; server 10.0.0.1:1; }', /"ip_hash" directive is not allowed here/],
  ['streamServer', 'location / {}', /"location" directive is not allowed here/],
  ['streamServer', 'proxy_pass 10.0.0.1:1; proxy_read_timeout 1s;', /"proxy_read_timeout" directive is not allowed/],
  ['streamServer', 'proxy_pass 10.0.0.1:1; proxy_next_upstream error;', /must be "on" or "off"/],
  ['streamServer', 'proxy_pass 10.0.0.1:1; proxy_ssl on; proxy_ssl_verify on;', /no proxy_ssl_trusted_certificate/],
  ['streamServer', 'proxy_pass tcp://10.0.0.1:1;', /invalid (host|port) in upstream/],
]

const rows = (Object.entries(taken) as [Around, string][]).flatMap(([around, text]) =>
  text
    .trim()
    .split('\n')
    .map((line) => [around, line.trim()] as const),
)

test.each(rows)('Nginx takes it, in %s: %s', (around, text) => {
  const said = refused(around, text).filter((one) => !/directive is duplicate/.test(one) || !/;.*;/.test(text))
  expect(said).toEqual([])
})

test.each(notTaken)('Nginx refuses it, in %s: %s', (around, text, says) => {
  expect(refused(around, text).join('\n')).toMatch(says)
})

test.each<[Around, string]>([
  ['http', 'geo $a { volatile; default x; }'],
  ['stream', 'ssl_stapling on; server { listen 1; ssl_ocsp leaf; return a; }'],
  ['stream', 'resolver 10.0.0.9; upstream a { zone a 64k; server a.test resolve service=http max_fails=0; }'],
  [
    'http',
    'resolver 10.0.0.9; upstream a { zone a 64k; resolver 10.0.0.8; server a.test resolve; keepalive 8 local; }',
  ],
  [
    'location',
    'proxy_pass http://10.0.0.1; proxy_redirect http://a/ /; proxy_redirect default; proxy_redirect ~^/b /c;',
  ],
])('Nginx takes it, in %s, or a later version does: %s', (around, text) => {
  expect(refused(around, text)).toEqual([])
})

describe('what is not sure is not claimed', () => {
  test.each([
    ['a file of sites, whose protocol nothing says', 'server { listen 1; proxy_timeout 1s; proxy_pass 10.0.0.1:1; }'],
    ['a fragment', 'proxy_set_header Host $host;\nproxy_read_timeout 3s;\nroot /x;\nlocation / { }'],
    ['modules of others', 'events {} http { server { listen 80; brotli on; more_set_headers "A: b" "C: d"; } }'],
    [
      'templates',
      `events {} http { server { listen \${PORT}; client_max_body_size \${SIZE}; error_page \${CODES} /x; } }`,
    ],
    ['templates of others', 'events {} http { server { listen @PORT@; client_max_body_size __SIZE__; } }'],
    [
      'what lies in blocks of others',
      'events {} http { server { listen 80; location / { content_by_lua_block { root a } } } }',
    ],
  ])('%s', (_what, text) => {
    expect(refused('main', text)).toEqual([])
  })

  test('after a brace that is missing only that is told', () => {
    expect(
      refused('main', 'events {} http { server { listen 80; location / { root /x; server { listen 81; } }'),
    ).toEqual([expect.stringMatching(/not closed/)])
  })

  test('names that are nearly right are a note', () => {
    const note = (name: string) =>
      lint(main, new Map([[main, `events {} http { server { listen 80; ${name} 3s; } }`]]))
        .filter(({ trap }) => trap === 'unknown-directive')
        .map(({ says, level }) => `${level}: ${says}`)
    expect(note('proxy_read_timeot')).toEqual(['note: there is no proxy_read_timeot: proxy_read_timeout?'])
    expect(note('proxy_raed_timeout')).toEqual(['note: there is no proxy_raed_timeout: proxy_read_timeout?'])
    expect(note('keepalive_min_timeout')).toEqual([])
    expect(note('brotli')).toEqual([])
  })
})
