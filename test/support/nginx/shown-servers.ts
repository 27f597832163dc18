import http from 'node:http'
import tls from 'node:tls'
import { certificate, key } from '../certificate.ts'
import { orAfter } from './backends.ts'
import { knownName } from './real-nginx.ts'
import { ask, at, lastWords, type Scene, type Showing, site, type Unshown, type Warning } from './showing.ts'

/** The rules of servers, workers and versions. */
export const shownServers = {
  'first-server-by-chance': {
    bad: (scene) => twoNames(scene, ''),
    good: (scene) => twoNames(scene, ' default_server'),
    see: async (scene) => (await ask(scene, '/', { headers: { host: 'other.test' } })).text,
    sees: { bad: 'a', good: 'b' },
  },
  'clients-cut-early': {
    bad: (scene) => counting(scene, 2),
    good: (scene) => counting(scene, 2_000),
    see: async (scene) => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      const texts = [
        await ask(scene, '/', { agent }),
        await ask(scene, '/', { agent }),
        await ask(scene, '/', { agent }),
      ]
      agent.destroy()
      return texts.map(({ text }) => text)
    },
    sees: { bad: ['1', '2', '1'], good: ['1', '2', '3'] },
  },
  'one-worker': {
    main: { bad: 'events {}', good: 'worker_processes 2; events {}' },
    bad: (scene) => site(scene, `http://${at(scene.first)}`),
    good: (scene) => site(scene, `http://${at(scene.first)}`),
    see: async (_scene, nginx) => (await lastWords(nginx)).match(/start worker process \d+/g)?.length,
    sees: { bad: 1, good: 2 },
  },
  'stapling-without-resolver': {
    files: { 'cert.pem': certificate, 'key.pem': key },
    bad: (scene) => stapling(scene, ''),
    good: (scene) => stapling(scene, `resolver 127.0.0.1:${scene.names.port} ipv6=off;`),
    // Who connects starts the question; its answer is for the next one.
    see: async (scene) => {
      scene.names.says('127.0.0.2')
      const options = { port: scene.site, host: '127.0.0.1', rejectUnauthorized: false, requestOCSP: true }
      const socket = tls.connect(options)
      const asked = [scene.first.asked.then(() => 'old address'), scene.moved.asked.then(() => 'new address')]
      const found = await orAfter(Promise.race(asked), 5_000, 'nobody')
      socket.destroy()
      return found
    },
    sees: { bad: 'old address', good: 'new address' },
  },
  'of-an-older-nginx': {
    bad: 'server { listen 127.0.0.1:8099; http2_max_requests 10000; }',
    good: 'server { listen 127.0.0.1:8099; keepalive_requests 10000; }',
    warned: /\[warn\].* the "http2_max_requests" directive is obsolete, use the "keepalive_requests" directive instead/,
  },
  'quic-without-reuseport': { unshown: 'Nginx 1.22 has no QUIC, and these tests no client of it' },
  'rewrite-overruns-heap': { unshown: 'Debian has mended its versions' },
} as const satisfies Record<string, Showing | Warning | Unshown>

const twoNames = ({ site: port }: Scene, mark: string) =>
  `server { listen 127.0.0.1:${port}; server_name a.test; return 200 a; }
  server { listen 127.0.0.1:${port}${mark}; server_name b.test; return 200 b; }`

const counting = ({ site: port }: Scene, count: number) =>
  `server { listen 127.0.0.1:${port}; keepalive_requests ${count}; location / { return 200 $connection_requests; } }`

const stapling = (scene: Scene, resolver: string) =>
  `server { listen 127.0.0.1:${scene.site} ssl; ${resolver} ssl_stapling on; ssl_trusted_certificate @FOLDER@/cert.pem;
    ssl_stapling_responder http://${knownName}:${scene.first.port}/;
    ssl_certificate @FOLDER@/cert.pem; ssl_certificate_key @FOLDER@/key.pem; return 200; }`
