import http from 'node:http'
import { orAfter } from './backends.ts'
import { ask, at, lastWords, type Refusal, type Scene, type Showing, site, statuses } from './showing.ts'

const to = (scene: Scene, more: string) => site(scene, `http://${at(scene.first)}`, more)
const cached = 'proxy_cache_path @FOLDER@/cache keys_zone=c:1m;'
const refused = 'connect\\(\\) failed \\(111: Connection refused\\)'

/** The rules of what users are answered, and of what is lost. */
export const shownAnswers = {
  'errors-are-cached': {
    bad: (scene) => `${cached} ${to(scene, 'proxy_cache c; proxy_cache_valid any 30s;')}`,
    good: (scene) => `${cached} ${to(scene, 'proxy_cache c; proxy_cache_valid 200 30s;')}`,
    see: (scene) => statuses(scene, ['/error', '/error']),
    sees: { bad: [500, 500], good: [500, 200] },
  },
  'error-shown-as-success': {
    bad: (scene) => sorry(scene, 'error_page 502 =200 /sorry;'),
    good: (scene) => sorry(scene, 'error_page 502 /sorry;'),
    see: (scene) => ask(scene),
    sees: { bad: { status: 200, text: 'sorry' }, good: { status: 502, text: 'sorry' } },
  },
  'limited-as-503': {
    bad: (scene) => `${limit} ${to(scene, 'limit_req zone=z;')}`,
    good: (scene) => `${limit} ${to(scene, 'limit_req zone=z; limit_req_status 429;')}`,
    see: (scene) => statuses(scene, ['/', '/']),
    sees: { bad: [200, 503], good: [200, 429] },
  },
  'not-inherited': {
    bad: (scene) => headed(scene, 'proxy_set_header X-A b;'),
    good: (scene) => headed(scene, 'proxy_set_header X-A b; proxy_set_header Host $host;'),
    see: async (scene) => {
      await ask(scene, '/', { headers: { host: 'shop.test' } })
      return scene.first.seen.hosts.map((host) => (host === at(scene.first) ? 'the address' : host))
    },
    sees: { bad: ['the address'], good: ['shop.test'] },
  },
  'target-can-be-empty': {
    bad: (scene) => mapped(scene, ''),
    good: (scene) => mapped(scene, `default ${at(scene.first)};`),
    see: (scene) => statuses(scene, ['/']),
    sees: { bad: [500], good: [200] },
    log: /no host in upstream|invalid URL prefix/,
  },
  'failures-not-logged': {
    bad: (scene) => site(scene, `http://127.0.0.1:${scene.dead}`, 'error_log stderr crit;'),
    good: (scene) => site(scene, `http://127.0.0.1:${scene.dead}`, 'error_log stderr warn;'),
    see: async (scene, nginx) => {
      const found = await statuses(scene, ['/'])
      return [...found, new RegExp(refused).test(await lastWords(nginx))]
    },
    sees: { bad: [502, false], good: [502, true] },
  },
  'slow-users-hold-backends': {
    bad: (scene) => to(scene, 'proxy_buffering off;'),
    good: (scene) => to(scene, ''),
    see: async (scene) => {
      const request = http.get({ host: '127.0.0.1', port: scene.site, path: '/long', agent: false })
      request.on('response', (response) => response.pause()).on('error', () => undefined)
      const free = scene.first.answered.then(() => 'free')
      const seen = await orAfter(free, 10_000, 'held')
      request.destroy()
      return seen
    },
    sees: { bad: 'held', good: 'free' },
  },
  'fewer-files-than-connections': {
    main: {
      bad: 'worker_processes 1; worker_rlimit_nofile 24; events { worker_connections 64; }',
      good: 'worker_processes 1; worker_rlimit_nofile 1024; events { worker_connections 64; }',
    },
    bad: (scene) => to(scene, ''),
    good: (scene) => to(scene, ''),
    see: async (scene) => {
      const agents = Array.from({ length: 24 }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }))
      try {
        for (const agent of agents) {
          const { status } = await ask(scene, '/', { agent })
          if (status !== 200) return status
        }
        return 200
      } finally {
        for (const agent of agents) agent.destroy()
      }
    },
    sees: { bad: 500, good: 200 },
    log: /socket\(\) failed \(24: Too many open files\)/,
  },
  'refused-by-nginx': {
    bad: 'upstream web { ip_hash; server 127.0.0.1:80; server 127.0.0.1:81 backup; }',
    good: 'upstream web { least_conn; server 127.0.0.1:80; server 127.0.0.1:81 backup; }',
    refused: /balancing method does not support parameter "backup"/,
  },
  'unknown-directive': {
    bad: 'server { listen 127.0.0.1:8099; location / { proxy_pass http://127.0.0.1:1; proxy_read_timeot 3s; } }',
    good: 'server { listen 127.0.0.1:8099; location / { proxy_pass http://127.0.0.1:1; proxy_read_timeout 3s; } }',
    refused: /unknown directive "proxy_read_timeot"/,
  },
} as const satisfies Record<string, Showing | Refusal>

const limit = 'limit_req_zone $binary_remote_addr zone=z:1m rate=1r/m;'

const sorry = (scene: Scene, page: string) =>
  site(scene, `http://127.0.0.1:${scene.dead}`, page).replace(
    'location / ',
    'location = /sorry { return 200 sorry; } location / ',
  )

const headed = (scene: Scene, inner: string) =>
  site(scene, `http://${at(scene.first)}`, inner).replace('location /', 'proxy_set_header Host $host; location /')

const mapped = (scene: Scene, fallback: string) =>
  `map $http_x_shop $to { a ${at(scene.first)}; ${fallback} } ${site(scene, 'http://$to')}`
