import { orAfter } from './backends.ts'
import { knownName } from './real-nginx.ts'
import { ask, at, kept, type Scene, type Showing, site, statuses } from './showing.ts'

const group = (scene: Scene, servers: string, more = '', path = 'web') =>
  `upstream web { ${servers} } ${site(scene, `http://${path}`, more)}`
const four = ['/fails', '/fails', '/fails', '/fails']
const keptS = 0.5

/** The rules of upstreams. */
export const shownUpstreams = {
  'single-server-counts-nothing': {
    bad: (scene) => group(scene, `server ${at(scene.first)} max_fails=1 fail_timeout=60s;`),
    good: (scene) => {
      return group(
        scene,
        `server ${at(scene.first)} max_fails=1 fail_timeout=60s; server ${at(scene.second)} max_fails=0;`,
      )
    },
    see: async (scene) => {
      await statuses(scene, four)
      return scene.first.seen.requests
    },
    sees: { bad: 4, good: 1 },
  },
  'down-sibling': {
    bad: (scene) => group(scene, `server ${at(scene.first)}; server ${at(scene.second)} down;`),
    good: (scene) => group(scene, `server ${at(scene.first)} max_fails=0; server ${at(scene.second)} down;`),
    see: (scene) => statuses(scene, ['/once', '/once']),
    sees: { bad: [502, 502], good: [502, 200] },
    log: /no live upstreams while connecting to upstream/,
  },
  'no-server-up': {
    bad: (scene) => group(scene, `server ${at(scene.first)} down;`),
    good: (scene) => group(scene, `server ${at(scene.first)};`),
    see: (scene) => statuses(scene, ['/']),
    sees: { bad: [502], good: [200] },
    log: /no live upstreams while connecting to upstream/,
  },
  'upstream-without-zone': {
    main: { bad: 'worker_processes 2; events {}', good: 'worker_processes 2; events {}' },
    bad: (scene) => twoWorkers(scene, ''),
    good: (scene) => twoWorkers(scene, 'zone web 64k;'),
    // Connections are spread over the workers by their ports: of 60 some come to each.
    see: async (scene) => {
      await statuses(
        scene,
        Array.from({ length: 60 }, () => '/first'),
      )
      return scene.first.seen.requests
    },
    sees: { bad: 2, good: 1 },
  },
  'keepalive-longer-than-backend': {
    known: () => ({ backendKeepAliveS: keptS }),
    bad: (scene) => group(scene, `server ${at(scene.first)}; keepalive 8;`, kept),
    good: (scene) => group(scene, `server ${at(scene.first)}; keepalive 8; keepalive_timeout 100ms;`, kept),
    see: async (scene) => {
      const before = (await ask(scene, '/', { method: 'POST', body: 'x' })).status
      await orAfter(new Promise(() => undefined), 2 * keptS * 1_000, 'idle')
      return [before, (await ask(scene, '/', { method: 'POST', body: 'x' })).status]
    },
    sees: { bad: [200, 502], good: [200, 200] },
    log: /upstream prematurely closed connection while reading response header|recv\(\) failed \(104/,
  },
  'nobody-listens': {
    known: ({ dead }) => ({ unreachable: [`127.0.0.1:${dead}`] }),
    bad: (scene) => group(scene, `server 127.0.0.1:${scene.dead};`),
    good: (scene) => group(scene, `server ${at(scene.first)};`),
    see: (scene) => statuses(scene, ['/']),
    sees: { bad: [502], good: [200] },
    log: /connect\(\) failed \(111: Connection refused\) while connecting to upstream/,
  },
  'names-resolved-once': {
    bad: (scene) => moving(scene, `proxy_pass http://${knownName}:${scene.first.port};`),
    good: (scene) => moving(scene, `set $name ${knownName}; proxy_pass http://$name:${scene.first.port};`),
    see: async (scene) => {
      scene.names.says('127.0.0.2')
      return (await ask(scene)).text
    },
    sees: { bad: 'first', good: 'moved' },
  },
} as const satisfies Record<string, Showing>

const twoWorkers = (scene: Scene, zone: string) => {
  const servers = `server ${at(scene.first)} fail_timeout=60s; server ${at(scene.second)} max_fails=0;`
  return group(scene, `${zone} ${servers}`).replace(`:${scene.site};`, `:${scene.site} reuseport;`)
}

/** The name has moved since the start: whoever asks again finds it. */
const moving = ({ site: port, names }: Scene, inner: string) =>
  `server { listen 127.0.0.1:${port}; resolver 127.0.0.1:${names.port} ipv6=off; location / { ${inner} } }`
