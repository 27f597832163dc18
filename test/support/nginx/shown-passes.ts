import { orAfter } from './backends.ts'
import { knownName } from './real-nginx.ts'
import { ask, at, kept, type Scene, type Showing, site, statuses } from './showing.ts'

const pair = ({ first, second }: Scene) => `upstream web { zone web 64k; server ${at(first)}; server ${at(second)}; }`
const named = (scene: Scene, inner: string) => `server { listen 127.0.0.1:${scene.site}; ${inner} }`

/** The rules of what passes requests on, and of the names it asks for. */
export const shownPasses = {
  'default-timeouts': {
    bad: (scene) => named(scene, `location / { proxy_pass http://${at(scene.first)}; }`),
    good: (scene) =>
      site(scene, `http://${at(scene.first)}`).replaceAll(/(send|read)_timeout 20s/g, '$1_timeout 500ms'),
    see: (scene) => orAfter(statuses(scene, ['/never']), 5_000, 'waiting'),
    sees: { bad: 'waiting', good: [504] },
  },
  'next-upstream-off': {
    bad: (scene) => `${pair(scene)} ${site(scene, 'http://web', 'proxy_next_upstream off;')}`,
    good: (scene) => `${pair(scene)} ${site(scene, 'http://web')}`,
    see: async (scene) => (await statuses(scene, ['/first', '/first'])).toSorted(),
    sees: { bad: [200, 502], good: [200, 200] },
  },
  'retries-what-is-not-idempotent': {
    bad: (scene) => `${pair(scene)} ${site(scene, 'http://web', 'proxy_next_upstream error non_idempotent;')}`,
    good: (scene) => `${pair(scene)} ${site(scene, 'http://web', 'proxy_next_upstream error;')}`,
    see: async (scene) => {
      const { status } = await ask(scene, '/fails', { method: 'POST', body: 'order' })
      return { status, taken: scene.first.seen.requests + scene.second.seen.requests }
    },
    sees: { bad: { status: 502, taken: 2 }, good: { status: 502, taken: 1 } },
  },
  'keepalive-not-used': {
    bad: (scene) => `upstream web { server ${at(scene.first)}; keepalive 4; } ${site(scene, 'http://web')}`,
    good: (scene) => `upstream web { server ${at(scene.first)}; keepalive 4; } ${site(scene, 'http://web', kept)}`,
    see: async (scene) => {
      await statuses(scene, ['/', '/', '/'])
      return scene.first.seen.connections
    },
    sees: { bad: 3, good: 1 },
  },
  'keepalive-before-method': {
    bad: (scene) => hashed(scene, (method, keepalive) => `${keepalive} ${method}`),
    good: (scene) => hashed(scene, (method, keepalive) => `${method} ${keepalive}`),
    see: async (scene) => {
      await statuses(scene, ['/', '/', '/'])
      return scene.first.seen.connections + scene.second.seen.connections
    },
    sees: { bad: 3, good: 1 },
    log: /load balancing method redefined/,
  },
  'small-header-buffer': {
    bad: (scene) => site(scene, `http://${at(scene.first)}`, 'proxy_buffer_size 1k;'),
    good: (scene) => site(scene, `http://${at(scene.first)}`, 'proxy_buffer_size 8k;'),
    see: (scene) => statuses(scene, ['/header']),
    sees: { bad: [502], good: [200] },
    log: /upstream sent too big header while reading response header from upstream/,
  },
  'name-not-sent-over-tls': {
    bad: (scene) => secured(scene, ''),
    good: (scene) => secured(scene, 'proxy_ssl_server_name on; proxy_ssl_name localhost;'),
    see: (scene) => statuses(scene, ['/']),
    sees: { bad: [502], good: [200] },
    log: /SSL_do_handshake\(\) failed/,
  },
  'resolver-missing': {
    bad: (scene) => variable(scene, ''),
    good: (scene) => variable(scene, `resolver 127.0.0.1:${scene.names.port} ipv6=off;`),
    see: (scene) => statuses(scene, ['/']),
    sees: { bad: [502], good: [200] },
    log: new RegExp(`no resolver defined to resolve ${knownName}`),
  },
  'resolver-not-asked': {
    bad: (scene) => besides(scene, scene.first.port),
    good: (scene) => besides(scene, scene.spare),
    see: async (scene) => {
      scene.names.says('127.0.0.2')
      return { by: (await ask(scene, '/a')).text, asked: scene.names.asked.count }
    },
    sees: { bad: { by: 'first', asked: 0 }, good: { by: 'moved', asked: 1 } },
  },
  'names-kept-by-engine': {
    bad: (scene) => variable(scene, `resolver 127.0.0.11:${scene.engines.port} ipv6=off;`),
    good: (scene) => variable(scene, `resolver 127.0.0.11:${scene.engines.port} valid=1s ipv6=off;`),
    see: async (scene) => {
      const before = (await ask(scene)).text
      scene.engines.says('127.0.0.2')
      await orAfter(new Promise(() => undefined), 2_500, 'later')
      return [before, (await ask(scene)).text]
    },
    sees: { bad: ['first', 'first'], good: ['first', 'moved'] },
  },
} as const satisfies Record<string, Showing>

const hashed = (scene: Scene, order: (method: string, keepalive: string) => string) => {
  const servers = `server ${at(scene.first)}; server ${at(scene.second)};`
  return `upstream web { ${order('ip_hash;', 'keepalive 4;')} ${servers} } ${site(scene, 'http://web', kept)}`
}

const secured = (scene: Scene, more: string) =>
  `upstream web { server ${at(scene.secure)}; } ${site(scene, 'https://web', more)}`

const variable = (scene: Scene, resolver: string) =>
  named(scene, `${resolver} set $name ${knownName}; location / { proxy_pass http://$name:${scene.first.port}; }`)

const besides = (scene: Scene, port: number) =>
  named(
    scene,
    `resolver 127.0.0.1:${scene.names.port} ipv6=off; set $name ${knownName};
    location /a { proxy_pass http://$name:${scene.first.port}; }
    location /b { proxy_pass http://${knownName}:${port}; }`,
  )
