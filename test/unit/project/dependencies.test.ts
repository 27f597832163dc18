import { describe, expect, it } from 'vitest'
import { nginx, type ServiceFacts, site, surveyed } from '../../support/strangers.ts'

const shop = (services: Record<string, ServiceFacts>) =>
  surveyed({
    services: { edge: nginx, api: {}, web: { networks: { front: {}, default: {} } }, ...services },
    nginx: { edge: site('location / { proxy_pass http://web:1; } location /api { proxy_pass http://api:2; }') },
  })

const found = (services: Record<string, ServiceFacts>) => shop(services).project?.dependencies ?? {}

it.each<[string, ServiceFacts, string, number]>([
  ['by image', { image: 'postgres:16-alpine', mainProcess: ['docker-entrypoint.sh', 'postgres'] }, 'postgres', 5432],
  ['by image of somebody else', { image: 'ghcr.io/me/my-mariadb:1', mainProcess: ['x'] }, 'mysql', 3306],
  ['by program', { image: 'me/store', mainProcess: ['/usr/sbin/mysqld'] }, 'mysql', 3306],
  [
    'by a program below another',
    { image: 'me/store', mainProcess: ['s6'], processes: ['s6', '/usr/bin/redis-server *:6379'] },
    'redis',
    6379,
  ],
  ['by its port alone', { image: 'me/store', mainProcess: ['x'], ports: [27_017] }, 'mongo', 27_017],
  ['on a port of its own', { image: 'valkey/valkey:8', mainProcess: ['valkey-server'], ports: [7000] }, 'redis', 7000],
  ['a queue', { image: 'rabbitmq:3-management', mainProcess: ['x'], ports: [5672, 15_672] }, 'rabbitmq', 5672],
  ['a log', { image: 'bitnami/kafka:3', mainProcess: ['x'], ports: [9092] }, 'kafka', 9092],
  ['a search', { image: 'opensearchproject/opensearch:2', mainProcess: ['x'] }, 'elasticsearch', 9200],
  ['a cache', { image: 'memcached:1', mainProcess: ['memcached'] }, 'memcached', 11_211],
])('%s', (_name, facts, kind, port) => {
  expect(found({ store: facts })).toMatchObject({ store: { kind, port, of: ['web', 'api'] } })
})

it.each([
  'prometheuscommunity/postgres-exporter',
  'adminer:4',
  'dpage/pgadmin4',
  'rediscommander/redis-commander',
  'mongo-express:1',
])('%s is none', (image) => {
  expect(found({ tool: { image, mainProcess: ['x'] } })).toEqual({})
})

describe('who depends on it', () => {
  it.each([
    ['a URL', { DATABASE_URL: 'postgres://app:web@db:5432/api' }],
    ['a URL with a strange password', { DATABASE_URL: 'postgres://app:p@ss@db/app' }],
    ['host and port', { DB_ADDR: 'db:5432' }],
    ['a host', { PGHOST: 'db' }],
    ['words', { DSN: 'host=db port=5432 user=web' }],
    ['an address of Go', { DSN: 'user:pass@tcp(db:5432)/shop' }],
    ['one of several', { NODES: 'elsewhere:1,db:5432' }],
    ['an alias', { PGHOST: 'Store.internal' }],
  ])('is who names it: %s', (_name, env) => {
    const db = { image: 'postgres:16', networks: { default: { aliases: ['store.internal'] } } }
    expect(found({ api: { env }, db })).toMatchObject({ db: { of: ['api'] } })
  })

  it('is who depends_on it', () => {
    const api = { labels: { 'com.docker.compose.depends_on': 'db:service_healthy:false,other:service_started' } }
    expect(found({ api, db: { image: 'postgres:16' } })).toMatchObject({ db: { of: ['api'] } })
  })

  it('is a guess where nothing names it: who shares a network', () => {
    const survey = shop({ db: { image: 'postgres:16', networks: { front: {} } } })
    expect(survey.project?.dependencies).toMatchObject({ db: { of: ['web'] } })
    expect(survey.understood).toContainEqual({
      path: ['dependencies', 'db', 'of'],
      guessed: true,
      because: 'they share a network; no variable names it',
    })
  })

  it('is not a user or a database that is called as a service is', () => {
    const env = { DATABASE_URL: 'postgres://cache:cache@db/cache' }
    const services = {
      api: { env },
      db: { image: 'postgres:16' },
      cache: { image: 'redis:7', networks: { other: {} } },
    }
    expect(found(services)).toMatchObject({ db: { of: ['api'] }, cache: { of: [] } })
  })

  it('makes a dependency of any service that is named', () => {
    const services = { api: { env: { PAY_URL: 'http://pay:9000/' } }, pay: { ports: [9000] }, migrate: {} }
    expect(found(services)).toEqual({ pay: { service: 'pay', kind: 'service', port: 9000, of: ['api'] } })
  })
})

it('tells Prometheus and Alertmanager apart from them, and where rule files lie', () => {
  const survey = surveyed({
    services: {
      edge: nginx,
      api: {},
      prometheus: {
        mainProcess: [
          '/bin/prometheus',
          '--config.file=/etc/prometheus/p.yml',
          '--web.listen-address=:9191',
          '--web.external-url=http://x/prom/',
        ],
        mounts: [
          { type: 'bind', source: '/home/me/shop/monitoring', target: '/etc/prometheus' },
          { type: 'bind', source: '/home/me/shared/more.yml', target: '/rules/more.yml' },
        ],
      },
      alerts: {
        mainProcess: ['sh'],
        processes: ['sh -c x', '/usr/bin/prometheus-alertmanager --web.listen-address :9999'],
      },
    },
    nginx: { edge: site('location / { proxy_pass http://api:1; }') },
    more: {
      prometheus: {
        service: 'prometheus',
        file: '/etc/prometheus/p.yml',
        text: 'rule_files: [rules/*.yml, /rules/more.yml, /baked/in.yml]',
      },
      webs: [
        { service: 'prometheus', text: 'basic_auth_users: { admin: hash }' },
        { service: 'alerts', text: 'tls_server_config: { cert_file: x }' },
      ],
    },
  })
  expect(survey.project?.monitoring).toEqual({
    rules: ['monitoring/rules/*.yml', '../shared/more.yml'],
    prometheus: {
      ...{ service: 'prometheus', port: 9191, prefix: '/prom' },
      auth: { user: 'admin', secret: { env: 'PROMETHEUS_PASSWORD' } },
    },
    alertmanager: { service: 'alerts', port: 9999, scheme: 'https' },
  })
  expect(survey.project?.dependencies).toBeUndefined()
})
