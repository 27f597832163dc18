import { ports } from '../protocol/index.ts'
import type {
  Capabilities,
  DatabaseDescription,
  Define,
  MonitoringDescription,
  ServiceDefinition,
  StackDescription,
  UpstreamDescription,
} from '../stack/index.ts'
import { backendReleases } from './backend-releases.ts'
import { fitServers } from './fit-servers.ts'
import {
  accessLog,
  backendDefinition,
  backendProgram,
  pageOf,
  proxyDefinition,
  type ShopOptions,
  type ShopRole,
  serversOf,
  shop,
  supervisor,
} from './shop.ts'
import { stagingShop, stagingSize } from './staging-shop.ts'

/** The shop as a scenario and its measures make it: all but the token. */
export type ShopShape = Omit<ShopOptions, 'token'>

/** What the shop is raised from, and the staging stack beside it when there is to be one. */
export function definitionsOf(shape: ShopShape): { define: Define; defineStaging?: Define } {
  const define: Define = (token) => describeShop(shape, shop({ ...shape, token }))
  if (!shape.staging) return { define }
  const small = { ...shape, ...stagingSize(shape) }
  return { define, defineStaging: (token) => describeShop(small, stagingShop({ ...shape, token })) }
}

/** The shop before there is any: what a scenario can name of it. */
export const descriptionOf = (shape: ShopShape): StackDescription => definitionsOf(shape).define('')

const health = '/healthz'
const conf = '/etc/nginx'

const database: DatabaseDescription = {
  service: 'database',
  ask: [
    'psql',
    'postgres://shop:shop@127.0.0.1/shop',
    '-At',
    '-c',
    "select count(*) from products; select count(*) from pg_stat_activity where datname = 'shop'",
  ],
  figures: { products: 'products', connections: 'connections open' },
}

const monitoring: MonitoringDescription = {
  service: 'monitoring',
  prometheus: ports.prometheus,
  rules: '/etc/prometheus/rules',
  metrics: {
    requests: 'nginx_http_requests_total',
    seconds: 'nginx_http_request_duration_seconds',
    release: 'shop_release_info',
  },
  servers: {
    job: 'backend',
    file: '/etc/prometheus/prometheus.yml',
    fit: (text, { web = 0, api = 0 }) => fitServers(text, { web, api }),
  },
}

function describeShop(shape: ShopShape, services: readonly ServiceDefinition[]): StackDescription {
  const has = (name: string) => services.some((one) => one.name === name)
  return {
    services,
    proxy: {
      service: 'proxy',
      port: ports.site,
      config: `${conf}/nginx.conf`,
      folders: [`${conf}/conf.d`, `${conf}/shared`],
      shared: `${conf}/shared`,
    },
    upstreams: {
      web: upstream('web', shape.web),
      api: {
        ...upstream('api', shape.api),
        location: '/api/',
        asksDatabase: true,
        // An order can be placed where a release is tried: nobody waits for the goods.
        trial: [{ path: '/api/orders', method: 'POST', body: { productId: 1, quantity: 1 } }],
      },
    },
    ...(has('database') ? { database } : {}),
    ...(has('monitoring') ? { monitoring } : {}),
    can: capabilitiesOf(shape),
  }
}

function upstream(role: ShopRole, count: number): UpstreamDescription {
  return { servers: serversOf(role, count), port: ports.site, health, page: pageOf[role] }
}

function capabilitiesOf(shape: ShopShape): Capabilities {
  const { web, api, overlays } = shape
  return {
    scriptable: { port: ports.backendControl, program: backendProgram, supervisor },
    ...(shape.supervised ? { supervised: { program: 'supervise' } } : {}),
    instrumented: { port: ports.proxyStatus },
    logged: { file: accessLog },
    versioned: { releases: backendReleases },
    growing: {
      proxy: (name, image) => proxyDefinition(name, { published: false, image, servers: { web, api }, overlays }),
      server: (role, number) => backendDefinition(role === 'web' ? 'web' : 'api', number, shape),
    },
    ...(shape.edge ? { edge: { service: 'edge', file: `${conf}/conf.d/target.stream` } } : {}),
    cache: { refresh: 8082 },
  }
}
