import { describe, expect, it } from 'vitest'
import type { ProjectInput } from '../../../src/project/index.ts'
import { parseProject } from '../../../src/project/index.ts'
import { http, nginx, type Stranger, site, surveyed } from '../../support/strangers.ts'

interface Row extends Stranger {
  name: string
  proxy?: Partial<ProjectInput['proxy']>
  upstreams: Record<string, Partial<ProjectInput['upstreams'][string]>>
  dependencies?: ProjectInput['dependencies']
  outside?: string[]
}

const strangers: Row[] = [
  {
    name: 'two servers named one by one, and a location that strips its prefix',
    services: {
      edge: nginx,
      'api-1': { healthcheck: ['CMD', 'curl', '-f', 'http://localhost:3000/health'] },
      'api-2': {},
      cache: { image: 'redis:7', mainProcess: ['redis-server'], ports: [6379] },
    },
    nginx: {
      edge: site(
        'location /api/ { proxy_pass http://api/; }',
        'upstream api { server api-1:3000; server api-2:3000 max_fails=2; keepalive 8; }',
        'listen 80; server_name shop.test;',
      ),
    },
    proxy: { service: 'edge', port: 80, scheme: 'http', host: 'shop.test', config: '/etc/nginx/nginx.conf' },
    upstreams: {
      api: { servers: ['api-1', 'api-2'], port: 3000, protocol: 'http', health: '/health', page: '/api/health' },
    },
    dependencies: { cache: { service: 'cache', kind: 'redis', port: 6379, of: ['api'] } },
  },
  {
    name: 'a scaled service that proxy_pass names by itself',
    services: { web: nginx, app: { scale: 3, healthcheck: ['CMD-SHELL', 'wget -qO- localhost:8000/up || exit 1'] } },
    nginx: { web: site('location / { proxy_pass http://app:8000; }') },
    upstreams: { app: { servers: ['app'], port: 8000, health: '/up', page: '/up', location: '/' } },
  },
  {
    name: 'a variable, so that the resolver is asked each time',
    services: { web: nginx, app: {} },
    nginx: {
      web: site('resolver 127.0.0.11; set $up http://app:3000; location / { proxy_pass $up; }'),
    },
    upstreams: { app: { servers: ['app'], port: 3000, health: '/', page: '/' } },
  },
  {
    name: 'a map that sends paths to different services',
    services: { web: nginx, blue: {}, green: {} },
    nginx: {
      web: http(
        'map $cookie_v $pool { default blue; g green; }\nupstream blue { server blue:80; }\n' +
          'upstream green { server green:80; }\nserver { listen 80; location / { proxy_pass http://$pool; } }',
      ),
    },
    upstreams: { blue: { servers: ['blue'], port: 80 }, green: { servers: ['green'], port: 80 } },
  },
  {
    name: 'php-fpm by FastCGI on a port',
    services: {
      web: nginx,
      php: { mainProcess: ['php-fpm'], ports: [9000], env: { WORDPRESS_DB_HOST: 'db:3306' } },
      db: { image: 'mariadb:11', mainProcess: ['mariadbd'], ports: [3306] },
    },
    nginx: {
      web: site(
        'root /var/www; index index.php;\nlocation / { try_files $uri $uri/ /index.php?$args; }\n' +
          'location ~ \\.php$ { include fastcgi_params; fastcgi_pass php:9000; }',
      ),
    },
    upstreams: { php: { servers: ['php'], port: 9000, protocol: 'fastcgi', page: '/', location: '~ \\.php$' } },
    dependencies: { db: { service: 'db', kind: 'mysql', port: 3306, of: ['php'] } },
  },
  {
    name: 'php-fpm by a Unix socket on a shared volume',
    services: {
      web: { ...nginx, mounts: [{ type: 'volume', source: 'sock', target: '/var/run/php' }] },
      php: { mainProcess: ['php-fpm'], mounts: [{ type: 'volume', source: 'sock', target: '/run/fpm' }] },
    },
    nginx: { web: site('location ~ \\.php$ { fastcgi_pass unix:/var/run/php/www.sock; }') },
    upstreams: { php: { servers: ['php'], socket: '/run/fpm/www.sock', protocol: 'fastcgi', page: '/index.php' } },
  },
  {
    name: 'uwsgi',
    services: { web: nginx, app: { mainProcess: ['uwsgi', '--ini', 'app.ini'] } },
    nginx: { web: site('location / { include uwsgi_params; uwsgi_pass app:8080; }') },
    upstreams: { app: { port: 8080, protocol: 'uwsgi' } },
  },
  {
    name: 'SCGI',
    services: { web: nginx, app: {} },
    nginx: { web: site('location /cgi/ { scgi_pass app:4000; }') },
    upstreams: { app: { port: 4000, protocol: 'scgi', page: '/cgi/' } },
  },
  {
    name: 'gRPC',
    services: { web: nginx, greeter: {} },
    nginx: { web: site('location /hello.Greeter/ { grpc_pass grpc://greeter:50051; }', '', 'listen 80 http2;') },
    upstreams: { greeter: { port: 50_051, protocol: 'grpc', page: '/hello.Greeter/' } },
  },
  {
    name: 'HTTPS to the backend, on its usual port',
    services: { web: nginx, app: {} },
    nginx: { web: site('location / { proxy_pass https://app; proxy_ssl_verify off; }') },
    upstreams: { app: { port: 443, protocol: 'https' } },
  },
  {
    name: 'TLS for users, plain HTTP sends them on',
    services: { web: { ...nginx, published: [80, 443], ports: [80, 443] }, app: {} },
    nginx: {
      web: http(
        'server { listen 80; server_name shop.test; return 301 https://$host$request_uri; }\n' +
          'server { listen 443 ssl; server_name shop.test; location / { proxy_pass http://app:3000; } }',
      ),
    },
    proxy: { port: 443, scheme: 'https', host: 'shop.test' },
    upstreams: { app: { port: 3000 } },
  },
  {
    name: 'virtual hosts on one port',
    services: { web: nginx, shop: {}, blog: {} },
    nginx: {
      web: http(
        'server { listen 80 default_server; server_name shop.test; location / { proxy_pass http://shop:1; } }\n' +
          'server { listen 80; server_name blog.test; location / { proxy_pass http://blog:2; } }',
      ),
    },
    proxy: { host: 'shop.test' },
    upstreams: { shop: { port: 1 }, blog: { port: 2, host: 'blog.test', page: '/' } },
  },
  {
    name: 'the image of nginx-proxy: supervised by forego, generated groups with addresses',
    services: {
      proxy: {
        image: 'nginxproxy/nginx-proxy:1.6',
        mainProcess: ['/bin/bash', '/app/docker-entrypoint.sh', 'forego', 'start', '-r'],
        processes: ['forego start -r', 'nginx: master process nginx -g daemon off;'],
        published: [80],
        networks: { default: { address: '172.18.0.2' } },
      },
      whoami: { networks: { default: { address: '172.18.0.3' } }, env: { VIRTUAL_HOST: 'whoami.test' } },
    },
    nginx: {
      proxy: http(
        'upstream whoami.test { server 172.18.0.3:8000; keepalive 2; }\n' +
          'server { listen 80 default_server; server_name _; return 503; }\n' +
          'server { server_name whoami.test; listen 80; location / { proxy_pass http://whoami.test; } }',
      ),
    },
    proxy: { service: 'proxy', host: 'whoami.test' },
    upstreams: { 'whoami.test': { servers: ['whoami'], port: 8000 } },
  },
  {
    name: 'OpenResty with its own place for files',
    services: {
      gw: {
        image: 'openresty/openresty:alpine',
        mainProcess: ['/usr/local/openresty/bin/openresty', '-g', 'daemon off;'],
        processes: ['nginx: master process /usr/local/openresty/bin/openresty -g daemon off;'],
      },
      app: {},
    },
    nginx: { gw: { '/usr/local/openresty/nginx/conf/nginx.conf': site('location / { proxy_pass http://app:9; }') } },
    proxy: { service: 'gw', config: '/usr/local/openresty/nginx/conf/nginx.conf' },
    upstreams: { app: { port: 9 } },
  },
  {
    name: 'Angie',
    services: {
      gw: {
        image: 'docker.angie.software/angie:1.8',
        processes: ['angie: master process v1.8.0 #1 [angie -g daemon off;]'],
      },
      app: {},
    },
    nginx: { gw: { '/etc/angie/angie.conf': site('location / { proxy_pass http://app:9; }') } },
    proxy: { service: 'gw', config: '/etc/angie/angie.conf' },
    upstreams: { app: { port: 9 } },
  },
  {
    name: 'an Nginx of pages behind the Nginx in front',
    services: { edge: nginx, pages: { ...nginx, published: [] }, api: {} },
    nginx: {
      edge: site('location / { proxy_pass http://pages; } location /api { proxy_pass http://api:3000; }'),
      pages: site('root /usr/share/nginx/html;'),
    },
    proxy: { service: 'edge' },
    upstreams: { pages: { port: 80, page: '/' }, api: { port: 3000, page: '/api' } },
  },
  {
    name: 'aliases, the name of a container, and a link',
    services: {
      web: { ...nginx, links: { old: 'legacy' } },
      app: { networks: { default: { aliases: ['backend'] } } },
      jobs: { name: 'my_jobs' },
      legacy: {},
    },
    nginx: {
      web: site(
        'location / { proxy_pass http://backend:1; } location /jobs { proxy_pass http://my_jobs:2; }\n' +
          'location /old { proxy_pass http://old:3; }',
      ),
    },
    upstreams: {
      backend: { servers: ['app'], port: 1 },
      my_jobs: { servers: ['jobs'], port: 2, page: '/jobs' },
      old: { servers: ['legacy'], port: 3, page: '/old' },
    },
  },
  {
    name: 'one container of a scaled service by its own name',
    services: { web: nginx, app: { scale: 2 } },
    nginx: { web: site('location / { proxy_pass http://shop-app-2:1; }') },
    upstreams: { 'shop-app-2': { servers: ['app-2'] } },
  },
  {
    name: 'servers of one group on ports of their own',
    services: { web: nginx, a: {}, b: {} },
    nginx: { web: site('location / { proxy_pass http://g; }', 'upstream g { server a:3000; server b:3001; }') },
    upstreams: { g: { servers: ['a', 'b:3001'], port: 3000 } },
  },
  {
    name: 'two blocks with the same servers are one group',
    services: { web: nginx, app: {} },
    nginx: {
      web: site(
        'location / { proxy_pass http://app; } location /ws { proxy_pass http://ws; }',
        'upstream app { server app:3000; } upstream ws { ip_hash; server app:3000; }',
      ),
    },
    upstreams: { app: { servers: ['app'], port: 3000 } },
  },
  {
    name: 'an address outside beside a container',
    services: { web: nginx, app: {} },
    nginx: {
      web: site(
        'location / { proxy_pass http://app:3000; } location /pay { proxy_pass https://pay.example.com; }\n' +
          'location /host { proxy_pass http://host.docker.internal:5000; }',
      ),
    },
    upstreams: { app: { port: 3000 } },
    outside: ['pay.example.com:443', 'host.docker.internal:5000'],
  },
  {
    name: 'a server in the network of the proxy',
    services: { web: nginx, app: { networkMode: 'service:web' } },
    nginx: { web: site('location / { proxy_pass http://127.0.0.1:3000; }') },
    upstreams: { '127.0.0.1': { servers: ['app'], port: 3000 } },
  },
  {
    name: 'a hop to another server of the same Nginx',
    services: { web: nginx, app: {} },
    nginx: {
      web: http(
        'server { listen 80; location / { proxy_pass http://127.0.0.1:8081; } }\n' +
          'server { listen 127.0.0.1:8081; location / { proxy_pass http://app:3000; } }',
      ),
    },
    proxy: { port: 80 },
    upstreams: { app: { port: 3000 } },
  },
  {
    name: 'a configuration in many files',
    services: { web: nginx, app: {}, admin: {} },
    nginx: {
      web: {
        '/etc/nginx/nginx.conf': http('include conf.d/*.conf; include /etc/nginx/sites-enabled/*;'),
        '/etc/nginx/conf.d/upstream.conf': 'upstream app { server app:3000; }',
        '/etc/nginx/sites-enabled/shop': 'server { listen 80; include snippets/app.conf; }',
        '/etc/nginx/snippets/app.conf':
          'location / { proxy_pass http://app; } location = /admin { proxy_pass http://admin:1; }',
      },
    },
    upstreams: { app: { port: 3000, page: '/' }, admin: { port: 1, page: '/admin' } },
  },
  {
    name: 'TCP passed on by stream beside the site',
    services: { web: { ...nginx, published: [80, 5432] }, app: {}, db: { image: 'postgres:16', ports: [5432] } },
    nginx: {
      web: `stream { server { listen 5432; proxy_pass db:5432; } }\n${site('location / { proxy_pass http://app:1; }')}`,
    },
    upstreams: { app: { port: 1 } },
    dependencies: { db: { service: 'db', kind: 'postgres', port: 5432, of: ['app'] } },
  },
  {
    name: 'regular expressions as locations',
    services: { web: nginx, v: {}, img: {} },
    nginx: {
      web: site(
        'location ~ ^/v[12]/(users|orders)/ { proxy_pass http://v:1; }\n' +
          'location ~* \\.(png|jpe?g)$ { proxy_pass http://img:2; }',
      ),
    },
    upstreams: { v: { port: 1 }, img: { port: 2, page: '/index.png' } },
  },
  {
    name: 'a question of authorization before every request',
    services: { web: nginx, app: {}, auth: {} },
    nginx: {
      web: site(
        'location / { auth_request /_auth; proxy_pass http://app:1; }\n' +
          'location = /_auth { internal; proxy_pass http://auth:2/check; }',
      ),
    },
    upstreams: { app: { port: 1, page: '/' }, auth: { port: 2, page: '/' } },
  },
  {
    name: 'a group that answers when another one has failed',
    services: { web: nginx, app: {}, spare: {} },
    nginx: {
      web: site(
        'location / { proxy_pass http://app:1; error_page 502 = @spare; }\n' +
          'location @spare { proxy_pass http://spare:2; }',
      ),
    },
    upstreams: { app: { page: '/' }, spare: { port: 2, page: '/' } },
  },
  {
    name: 'a wildcard name that is not the default',
    services: { web: nginx, app: {} },
    nginx: {
      web: http(
        'server { listen 80 default_server; return 444; }\n' +
          'server { listen 80; server_name *.shop.test; location / { proxy_pass http://app:1; } }',
      ),
    },
    proxy: { host: 'www.shop.test' },
    upstreams: { app: { port: 1 } },
  },
  {
    name: 'a supervised Nginx that was told where its file is',
    services: {
      web: {
        image: 'my/web',
        mainProcess: ['/usr/bin/supervisord'],
        processes: ['/usr/bin/python3 /usr/bin/supervisord', 'nginx: master process /usr/sbin/nginx -c /opt/n.conf'],
        published: [8080],
      },
      app: {},
    },
    nginx: { web: { '/opt/n.conf': site('location / { proxy_pass http://app:1; }', '', 'listen 8080;') } },
    proxy: { service: 'web', config: '/opt/n.conf', port: 8080 },
    upstreams: { app: { port: 1 } },
  },
]

describe('a survey of', () => {
  it.each(strangers)('$name', ({ proxy = {}, upstreams, dependencies, outside = [], ...stranger }) => {
    const survey = surveyed(stranger)
    expect(survey.questions).toEqual([])
    expect(survey.project?.proxy).toMatchObject(proxy)
    expect(survey.project?.upstreams).toMatchObject(upstreams)
    expect(Object.keys(survey.project?.upstreams ?? {})).toEqual(Object.keys(upstreams))
    expect(survey.project?.dependencies).toEqual(dependencies)
    expect(survey.outside.map(({ address }) => address)).toEqual(outside)
    // What it understood is a file that can be read.
    expect(parseProject(survey.project, 'survey').proxy.service).toBe(survey.project?.proxy.service)
  })
})
