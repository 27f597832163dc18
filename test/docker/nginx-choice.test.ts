// @group light 10s
import http from 'node:http'
import { describe, expect, test } from 'vitest'
import { answeringOf, type Configuration, filesOf, readConfiguration } from '../../src/nginx/index.ts'
import { freePorts } from '../support/nginx/backends.ts'
import { confOf, nginxHosts, nginxImages } from '../support/nginx/hosts.ts'
import { madeServers } from '../support/nginx/made-locations.ts'
import type { ConfFiles } from '../support/nginx/real-nginx.ts'

interface Answer {
  /** What stands in its `X-At`. */
  readonly at: string
  readonly isRedirect: boolean
}

async function asked(port: number, path: string, host: string, address = '127.0.0.1'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const headers = host === '' ? {} : { host }
  const request = http.request({ host: address, port, path, headers, setHost: false, agent: false }, (response) => {
    const { statusCode: status, headers: told } = response
    const at = status === 400 ? 'status 400' : String(told['x-at'] ?? `status ${status}`)
    response.resume().once('end', () => resolve({ at, isRedirect: status === 301 }))
  })
  request.once('error', reject).end()
  return await promise
}

const read = (files: ConfFiles): Configuration => {
  const main = '/etc/nginx/nginx.conf'
  return readConfiguration({ main, files: filesOf(new Map([[main, files['nginx.conf'] ?? '']])) })
}

function foreseen(configuration: Configuration, path: string, where: { host: string; port: number; address?: string }) {
  const found = answeringOf(configuration, path, where)
  if ('because' in found) return { at: 'status 400', isRedirect: false }
  const { server, location, isRedirect, doubt } = found
  const at = (location ?? server).own('add_header')[0]?.args[1] ?? 'none'
  return { at, isRedirect, ...(doubt === undefined ? {} : { doubt }) }
}

const at = (name: string) => `add_header X-At "${name}" always;`
const returns = (name: string) => `{ ${at(name)} return 200; }`
const named = (port: number | string, name: string, more = '') =>
  `server { listen ${port}${more}; server_name ${name}; ${at(name.replaceAll('$', ''))} return 200; }`

/** Each kind of location, nested ones, and what stands in the way of each other. */
const locations = (port: number, dead: number) => `server { listen 127.0.0.1:${port}; server_name locations.test;
  ${at('server')}
  location = / ${returns('= /')}
  location / ${returns('/')}
  location /api/ { ${at('/api/')} proxy_pass http://127.0.0.1:${dead};
    location /api/orders { ${at('/api/orders')} return 200; location ~ \\.json$ ${returns('/api/orders json')} }
    location = /api/orders/latest ${returns('= /api/orders/latest')}
    location ^~ /api/raw/ { ${at('/api/raw/')} return 200; location ~ x$ ${returns('/api/raw/ x')} }
    location ~ ^/api/(v\\d+)/ ${returns('/api/ v')} }
  location ^~ /static/ { ${at('/static/')} return 200; location /static/deep/ ${returns('/static/deep/')} }
  location /docs ${returns('/docs')}
  location /docs/ { ${at('/docs/')} proxy_pass http://127.0.0.1:${dead}; }
  location /Case/ ${returns('/Case/')}
  location "/with space/" ${returns('/with space/')}
  location =/near ${returns('=/near')}
  location ~ \\.php$ { ${at('php')} return 200; location ~ admin ${returns('php admin')} }
  location ~* \\.(PNG|jpe?g)$ ${returns('picture')}
  location ~ "^/(?<lang>[a-z]{2})/news" ${returns('news')}
  location ~ (?i)^/loud$ ${returns('loud')}
  location ~ "\\.[[:digit:]]{3}\\z" ${returns('volume')}
  location ~ ^/ümlaut/ ${returns('umlaut')}
  location /tree-x ${returns('/tree-x')}
  location /tree-y ${returns('/tree-y')}
  location /tree/ { ${at('/tree/')} proxy_pass http://127.0.0.1:${dead}; }
  location @named ${returns('@named')} }`

const paths = [
  ...['/', '/?a=1', '/index.html', '/api', '/api/', '/api/x', '/api/orders', '/api/orders/7', '/api/orders/7.json'],
  ...['/api/ordersX', '/api/orders/latest', '/api/orders/latest/', '/api/orders/a.php', '/api/raw/x', '/api/raw/x.php'],
  ...[
    '/api/raw/a.png',
    '/api/v2/users',
    '/api/v/users',
    '/api/x.php',
    '/static/a.php',
    '/static/deep/a.png',
    '/static',
  ],
  ...['/docs', '/docs/', '/docs/a', '/docsets', '/case/', '/Case/', '/Case/A.PHP', '/a.PNG', '/a.jpeg?x=.php', '/near'],
  ...[
    '/near/',
    '/de/news',
    '/DE/news',
    '/LOUD',
    '/a.001',
    '/with%20space/a',
    '/a/../api/x',
    '/./api//orders',
    '/%61pi/x',
  ],
  ...[
    '/../x',
    '/a.php/',
    '/admin/a.php',
    '/static/../a.php',
    '/%C3%BCmlaut/',
    '/a%2f..%2fapi/x',
    '/api/..',
    '/named',
    '/tree',
    '/tree-x',
  ],
]

/** Names: exact, wildcards of either side, expressions; the default by a word and by its place. */
const names = ([one, two, three, four]: readonly number[]) => [
  named(`127.0.0.1:${one}`, 'first.test'),
  named(`127.0.0.1:${one}`, '*.shop.test'),
  named(`127.0.0.1:${one}`, '*.eu.shop.test'),
  named(`127.0.0.1:${one}`, 'www.*'),
  named(`127.0.0.1:${one}`, 'www.shop.*'),
  named(`127.0.0.1:${one}`, '.dot.test'),
  named(`127.0.0.1:${one}`, '~^(?<user>[a-z]+)\\.Pages\\.test$'),
  named(`127.0.0.1:${one}`, '~^(alice|bob)\\.'),
  named(`127.0.0.1:${one}`, 'Exact.shop.test'),
  named(`127.0.0.1:${one}`, '""').replace('X-At """"', 'X-At "empty"'),
  named(`127.0.0.1:${two}`, 'a.test'),
  named(`127.0.0.1:${two}`, 'b.test', ' default_server'),
  named(`127.0.0.1:${three}`, 'own.test'),
  named(`${three}`, 'any.test'),
  named(`${three}`, 'other.test'),
  `server { listen ${four}; ${at('nameless')} return 200; }`,
]

const hosts = [
  ...['first.test', 'FIRST.test', 'first.test.', 'x.shop.test', 'x.eu.shop.test', 'y.x.eu.shop.test', 'shop.test'],
  ...[
    'www.shop.test',
    'www.shop.example',
    'www.else',
    'dot.test',
    'a.b.dot.test',
    'eve.pages.test',
    'alice.pages.test',
  ],
  ...['bob.x', 'exact.shop.test', 'nobody', 'first.test:99', '127.0.0.1'],
]

describe.each(nginxHosts(nginxImages))('%s', (_name, hostOf) => {
  test('it is foreseen which location answers', async () => {
    const [port = 0, dead = 0] = await freePorts(2)
    const files = confOf(locations(port, dead))
    const configuration = read(files)
    expect(await hostOf().check(files)).toEqual({ code: 0, said: expect.not.stringContaining('[emerg]') })
    await using _nginx = await hostOf().start(files, port)
    const where = { port, host: 'locations.test' }
    const real = await Promise.all(paths.map(async (path) => [path, await asked(port, path, where.host)]))
    expect(paths.map((path) => [path, foreseen(configuration, path, where)])).toEqual(real)
  })

  test('and in configurations that are made at random', async () => {
    const [port = 0, dead = 0] = await freePorts(2)
    const made = madeServers({ port, dead, count: 24, paths: 25 })
    const files = confOf(`server_names_hash_bucket_size 64; ${made.map(({ text }) => text).join('\n')}`)
    const configuration = read(files)
    expect(await hostOf().check(files)).toEqual({ code: 0, said: expect.not.stringContaining('[emerg]') })
    await using _nginx = await hostOf().start(files, port)
    for (const { host, text, paths: all } of made) {
      const real = await Promise.all(all.map(async (path) => [path, await asked(port, path, host)]))
      expect(
        all.map((path) => [path, foreseen(configuration, path, { port, host })]),
        text,
      ).toEqual(real)
    }
  })

  test('and which server', async () => {
    const ports = await freePorts(4)
    const [one = 0, two = 0, three = 0, four = 0] = ports
    const files = confOf(`server_names_hash_bucket_size 128; ${names(ports).join('\n')}`)
    const configuration = read(files)
    expect(await hostOf().check(files)).toEqual({ code: 0, said: expect.not.stringContaining('[emerg]') })
    await using _nginx = await hostOf().start(files, one)
    const requests: [port: number, host: string, address?: string][] = [
      ...hosts.map((host): [number, string] => [one, host]),
      ...['a.test', 'b.test', 'c.test'].map((host): [number, string] => [two, host]),
      ...['own.test', 'any.test', 'other.test'].map((host): [number, string, string] => [three, host, '127.0.0.1']),
      ...['own.test', 'any.test', 'other.test'].map((host): [number, string, string] => [three, host, '127.0.0.2']),
      [four, 'x.test', '127.0.0.2'],
    ]
    const real = await Promise.all(
      requests.map(async (given) => [...given, await asked(given[0], '/', given[1], given[2])]),
    )
    const told = requests.map(([port, host, address = '127.0.0.1']) =>
      foreseen(configuration, '/', { port, host, address }),
    )
    expect(requests.map((given, index) => [...given, told[index]])).toEqual(real)
  })
})
