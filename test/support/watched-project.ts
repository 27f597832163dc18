import { join } from 'node:path'
import { ensureImages } from '../../src/images/index.ts'
import { writeTree } from './docker-folder.ts'
import { realEngine } from './doomed.ts'
import { freshFolder } from './folder.ts'

const site = `events {}
http {
  upstream api { server api:3000; }
  server {
    listen 8080;
    location / { proxy_connect_timeout 1s; proxy_pass http://api; }
    location /hook { return 200; }
  }
}
`
const server = `require('node:http').createServer((ask, answer) => answer.end('well 1\\n')).listen(3000)
process.on('SIGTERM', () => process.exit(0))`

export const password = 'test'
/** Of that password, as Prometheus wants it. */
const hash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay'

const prometheus = `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [/etc/watcher/rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['pager:9093'] }] }] }
scrape_configs:
  - { job_name: api, static_configs: [{ targets: ['api:3000'] }] }
`
const rules = JSON.stringify({
  groups: [
    {
      name: 'theirs',
      rules: [
        { alert: 'ApiDown', expr: 'up{job="api"} == 0', labels: { severity: 'critical' } },
        { alert: 'AlwaysFires', expr: 'vector(1)', labels: { to: 'outside' } },
        { alert: 'NobodyExposes', expr: 'nobody_exposes_this > 0' },
        { alert: 'NoSuchLabel', expr: 'up{tier="gold"} == 0' },
        { alert: 'TakesLong', expr: 'up == 0', for: '5m' },
      ],
    },
  ],
})
const alertmanager = (outside: string) => `route:
  receiver: staff
  group_wait: 1s
  group_interval: 1s
  routes: [{ receiver: far-away, matchers: ['to = outside'] }]
receivers:
  - { name: staff, webhook_configs: [{ url: 'http://edge:8080/hook' }] }
  - { name: far-away, webhook_configs: [{ url: '${outside}' }] }
`

/** A project with a Prometheus behind a prefix and a password, and an Alertmanager that pages somebody outside. */
export async function writeWatched(outside: string): Promise<string> {
  const { docker } = await realEngine()
  const images = await ensureImages(docker, { only: ['agent', 'proxy', 'backend', 'monitoring'] })
  const folder = join(await freshFolder(), 'watched')
  const watching = { image: images.monitoring, volumes: ['./watcher:/etc/watcher:ro'] }
  const compose = {
    services: {
      edge: {
        image: images.proxy,
        entrypoint: ['nginx', '-g', 'daemon off;'],
        ports: ['8080'],
        volumes: ['./nginx.conf:/etc/nginx/nginx.conf:ro'],
        depends_on: ['api'],
      },
      api: { image: images.backend, entrypoint: ['node', '-e', server] },
      watcher: {
        ...watching,
        entrypoint: ['prometheus', '--config.file=/etc/watcher/prometheus.yml', '--storage.tsdb.path=/srv/prometheus'],
        command: [
          ...['--web.route-prefix=/prom', '--web.config.file=/etc/watcher/web.yml'],
          // What fires before it knows its Alertmanager is sent again.
          '--rules.alert.resend-delay=2s',
        ],
      },
      pager: {
        ...watching,
        entrypoint: ['prometheus-alertmanager', '--config.file=/etc/watcher/alertmanager.yml'],
        command: ['--storage.path=/srv/alertmanager', '--cluster.listen-address='],
        ports: ['9093'],
      },
    },
  }
  const auth = { user: 'admin', secret: { env: 'PROMETHEUS_PASSWORD' } }
  const project = {
    proxy: { service: 'edge', port: 8080 },
    upstreams: { api: { servers: ['api'], port: 3000 } },
    monitoring: {
      prometheus: { service: 'watcher', port: 9090, prefix: '/prom', auth },
      alertmanager: { service: 'pager', port: 9093 },
    },
    traffic: { users: 10, ratePerS: 40 },
  }
  await writeTree(folder, {
    'compose.yaml': JSON.stringify(compose),
    'badgateway.yaml': JSON.stringify(project),
    'nginx.conf': site,
    'watcher/prometheus.yml': prometheus,
    'watcher/rules.yml': rules,
    'watcher/web.yml': JSON.stringify({ basic_auth_users: { admin: hash } }),
    'watcher/alertmanager.yml': alertmanager(outside),
  })
  return folder
}
