import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { StackDescription } from '../../../../src/stack/description/description.ts'
import { measuredOf, monitoringFiles } from '../../../../src/stack/monitoring/configuration.ts'
import { withMonitoring } from '../../../../src/stack/monitoring/definition.ts'

const definition = { image: 'x', networks: 'internal', env: {}, files: [], ready: 'running' } as const
const described = (change: Partial<StackDescription> = {}) => withMonitoring(bare(change), ['servers', 'dependencies'])
const bare = (change: Partial<StackDescription> = {}): StackDescription => ({
  services: [
    { ...definition, name: 'edge', role: 'proxy' },
    { ...definition, name: 'api-1', role: 'api' },
    { ...definition, name: 'api-2', role: 'api', port: 3_001 },
    { ...definition, name: 'cache', role: 'dependency', port: 6_379 },
    { ...definition, name: 'queue', role: 'dependency' },
  ],
  proxy: { service: 'edge', port: 80, config: '/etc/nginx/nginx.conf', folders: [] },
  upstreams: { api: { servers: ['api-1', 'api-2'], port: 3_000, health: '/health', page: '/api/items' } },
  can: { instrumented: { port: 9_945 } },
  ...change,
})

const labels = z.record(z.string(), z.string())
const shape = z.object({
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      static_configs: z.array(z.object({ targets: z.array(z.string()), labels })),
      metric_relabel_configs: z.array(z.object({ regex: z.string(), action: z.literal('drop') })).optional(),
    }),
  ),
})
const blackboxShape = z.object({ modules: z.record(z.string(), z.object({ http: z.unknown().optional() }).loose()) })

function written(description: StackDescription) {
  const found = { hostOf: (name: string) => `${name}.in`, agent: 'hand' }
  const { prometheus, blackbox } = monitoringFiles(description, found)
  const { scrape_configs: jobs } = shape.parse(parse(prometheus))
  const asked = jobs.flatMap(({ job_name: job, static_configs: all }) =>
    all.map(({ labels: { instance, __param_module: module, __param_target: target } }) => ({
      job,
      instance,
      module,
      target,
    })),
  )
  return { jobs, asked, modules: blackboxShape.parse(parse(blackbox)).modules }
}

const of = (description: StackDescription, job: string) => {
  const { asked } = written(description)
  return asked.flatMap((one) => (one.job === job ? [[one.instance, one.module, one.target]] : []))
}

test('servers are asked for health and a connection, dependencies for a connection where a port is known', () => {
  expect(of(described(), 'backend-health')).toEqual([
    ['api-1', 'healthz', 'http://api-1.in:3000/health'],
    ['api-2', 'healthz', 'http://api-2.in:3001/health'],
  ])
  expect(of(described(), 'backend-connect')).toEqual([
    ['api-1', 'connect', 'api-1.in:3000'],
    ['api-2', 'connect', 'api-2.in:3001'],
  ])
  expect(of(described(), 'dependency-connect')).toEqual([['cache', 'connect', 'cache.in:6379']])
})

test('past the proxy only those are asked that are named', () => {
  const jobs = (probes?: Parameters<typeof withMonitoring>[1]) => measuredOf(withMonitoring(bare(), probes)).jobs
  expect(jobs()).toEqual(['nginx', 'gateway', 'monitoring'])
  expect(jobs(['servers'])).toEqual(['nginx', 'gateway', 'backend-health', 'backend-connect', 'monitoring'])
  expect(jobs(['dependencies'])).toEqual(['nginx', 'gateway', 'dependency-connect', 'monitoring'])
})

test.each([{ isHealthGuessed: true as const }, { protocol: 'fastcgi' }, { protocol: 'https' }])(
  'health is not asked where an answer would say nothing: %j',
  (change) => {
    const { upstreams } = described()
    const description = described({ upstreams: { api: { ...upstreams['api'], ...change } as never } })
    expect(of(description, 'backend-health')).toEqual([])
    expect(of(description, 'backend-connect')).toHaveLength(2)
    expect(measuredOf(description).jobs).not.toContain('backend-health')
  },
)

test('the site is asked as visitors ask it', () => {
  expect(of(described(), 'gateway')).toEqual([['http://edge/api/items', 'site-api', 'http://edge.in/api/items']])
  const { proxy } = described()
  const tls = described({ proxy: { ...proxy, port: 8_443, scheme: 'https', host: 'shop.test' } })
  expect(of(tls, 'gateway')).toEqual([
    ['https://shop.test:8443/api/items', 'site-api', 'https://edge.in:8443/api/items'],
  ])
  expect(written(tls).modules['site-api']?.http).toMatchObject({
    headers: { Host: 'shop.test' },
    tls_config: { insecure_skip_verify: true, server_name: 'shop.test' },
    follow_redirects: false,
  })
  expect(written(described()).modules['site-api']?.http).not.toHaveProperty('tls_config')
  expect([measuredOf(tls).hasTls, measuredOf(described()).hasTls]).toEqual([true, false])
})

test('the host of a group stands before that of the proxy', () => {
  const { proxy, upstreams } = described()
  const api = { ...upstreams['api'], host: 'api.test' } as never
  const description = described({ proxy: { ...proxy, host: 'shop.test' }, upstreams: { api } })
  expect(written(description).modules['site-api']?.http).toMatchObject({ headers: { Host: 'api.test' } })
})

const dropped = (description: StackDescription) => {
  const [nginx] = written(description).jobs
  const regexes = (nginx?.metric_relabel_configs ?? []).map(({ regex }) => new RegExp(`^(?:${regex})$`))
  return (name: string) => regexes.some((one) => one.test(name))
}

test.each<[string, StackDescription['can'], readonly string[], readonly string[]]>([
  [
    'a log that is heard',
    { instrumented: { port: 1 } },
    ['nginx_upstream_errors_total', 'nginx_parse_errors_total', 'nginx_config_drift', 'deploy_window_open'],
    ['nginx_up', 'nginx_http_requests_total', 'nginx_connections_active', 'nginx_config_info'],
  ],
  [
    'no stub_status',
    { instrumented: { port: 1, hasStubStatus: false } },
    ['nginx_connections_active', 'nginx_http_connections'],
    ['nginx_up', 'nginx_http_requests_total'],
  ],
  [
    'a log that nobody hears',
    { instrumented: { port: 1, isUnheard: true } },
    ['nginx_http_requests_total', 'nginx_http_request_duration_seconds_bucket', 'nginx_server_response_seconds_sum'],
    ['nginx_up', 'nginx_connections_active', 'nginx_http_connections'],
  ],
  [
    'no instruments',
    {},
    ['nginx_up', 'nginx_http_requests_total', 'nginx_connections_active', 'nginx_config_info'],
    ['container_memory_usage_bytes'],
  ],
])('of a proxy with %s nothing is told that nobody knows', (_, can, gone, there) => {
  const isDropped = dropped(described({ can }))
  expect([...gone, ...there].map((name) => [name, isDropped(name)])).toEqual([
    ...gone.map((name) => [name, true]),
    ...there.map((name) => [name, false]),
  ])
})

test('what is measured is named as it is written', () => {
  expect(measuredOf(described()).jobs).toEqual(written(described()).jobs.map(({ job_name: name }) => name))
})
