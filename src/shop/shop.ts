import { ports } from '../protocol/index.ts'
import { agentDefinition, type FileContent, type ServiceDefinition } from '../stack/index.ts'
import { fitServers, type ServerCounts } from './fit-servers.ts'
import { neighbourSysctls } from './neighbours.ts'
import type { StackSpec } from './stack-spec.ts'

/** A page of each role that has to ask a server of it. */
export const pageOf = { web: '/', api: '/api/products' } as const

export type ShopRole = 'web' | 'api'

export interface ShopOptions extends StackSpec {
  /** Names of rule files of `docker/monitoring/rules` that are not loaded: alerts nobody had thought of yet. */
  withoutRules: readonly string[]
  /** A switch in front of the proxy, for blue-green deployments. */
  edge: boolean
  token: string
}

export const logFolder = '/var/log/shop'
export const accessLog = `${logFolder}/access.jsonl`

export const fitting = (servers: ServerCounts) => (text: string) => fitServers(text, servers)

interface ProxyOptions {
  published: boolean
  image?: string | undefined
  servers: ServerCounts
  overlays: readonly string[]
}

export function proxyDefinition(
  name: string,
  { published, image = 'proxy', servers, overlays }: ProxyOptions,
): ServiceDefinition {
  return {
    name,
    role: 'proxy',
    image,
    networks: 'both',
    env: {},
    entrypoint: ['sh', '/etc/nginx/wait-for-names.sh'],
    ...(published ? { published: ports.site } : {}),
    logVolumeAt: logFolder,
    files: [
      { from: 'proxy/conf', to: '/etc/nginx' },
      ...overlays.map((name) => ({ from: `proxy/overlays/${name}`, to: '/etc/nginx' })),
      { from: 'proxy', to: '/etc/nginx', only: ['wait-for-names.sh'] },
    ],
    fit: fitting(servers),
    ready: /start worker process \d+/,
    version: ['nginx', '-v'],
    memoryMb: 256,
  }
}

function edgeDefinition(servers: ServerCounts): ServiceDefinition {
  return {
    ...proxyDefinition('edge', { published: true, servers, overlays: [] }),
    // Which colour gets the traffic, and what that serves.
    release: 'proxy good',
    files: [
      { from: 'proxy/edge', to: '/etc/nginx' },
      { from: 'proxy', to: '/etc/nginx', only: ['wait-for-names.sh'] },
    ],
  }
}

/** The backend's program, and the one that outlives it. */
export const backendProgram = ['node', '--max-old-space-size=64', '/app/app.mjs'] as const
export const supervisor = '/app/supervise'

/** The number-th server of a role. */
export function backendDefinition(role: ShopRole, number: number, spec: StackSpec): ServiceDefinition {
  const name = `${role}-${number}`
  const behaviour = spec.behaviour?.[role]
  return {
    name,
    role,
    image: 'backend',
    networks: 'internal',
    env: {
      ROLE: role,
      NAME: name,
      DATABASE_URL: 'postgres://shop:shop@database:5432/shop',
      ...(behaviour ? { BEHAVIOUR: JSON.stringify(behaviour) } : {}),
    },
    ...(spec.supervised ? { entrypoint: [supervisor, ...backendProgram] } : {}),
    files: [],
    ready: /"ready":\s*true/,
    version: ['node', '--version'],
    memoryMb: role === 'web' ? spec.webMemoryMb : spec.apiMemoryMb,
    ...(role === 'web' && spec.webCpus !== undefined ? { cpus: spec.webCpus } : {}),
    restart: spec.restart,
  }
}

export const serversOf = (role: string, count: number) => Array.from({ length: count }, (_, at) => `${role}-${at + 1}`)

const serverNames = (servers: ServerCounts) =>
  Object.entries(servers).flatMap(([role, count]) => serversOf(role, count))

const agentFor = (token: string, servers: ServerCounts) =>
  agentDefinition({
    token,
    servers: serverNames(servers),
    logVolumeAt: logFolder,
    proxy: { statusPort: ports.proxyStatus, accessLog },
  })

/** A page and a list of products, from wherever visitors knock: what Prometheus asks for once a second. */
function gatewayTargets(host: string): FileContent {
  const targets = Object.values(pageOf).map((path) => `http://${host}:${ports.site}${path}`)
  return { path: '/etc/prometheus/gateway.yml', content: Buffer.from(JSON.stringify([{ targets }])) }
}

/** The whole shop: proxy, web and api servers, database, monitoring, agent. */
export function shop(options: ShopOptions): ServiceDefinition[] {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
  const servers = { web: options.web, api: options.api }
  return [
    ...(options.edge ? [edgeDefinition(servers)] : []),
    {
      ...proxyDefinition('proxy', {
        published: !options.edge,
        image: options.proxyImage,
        servers,
        overlays: options.overlays,
      }),
      ...neighbourSysctls(options.neighbourLostMs),
    },
    ...numbers(options.web).map((number) => backendDefinition('web', number, options)),
    ...numbers(options.api).map((number) => backendDefinition('api', number, options)),
    {
      name: 'database',
      role: 'database',
      image: 'database',
      networks: 'internal',
      env: {},
      files: [],
      ready: /database system is ready to accept connections/,
      version: ['postgres', '--version'],
      memoryMb: 512,
    },
    {
      name: 'monitoring',
      role: 'monitoring',
      image: 'monitoring',
      networks: 'internal',
      env: {},
      files: [
        { from: 'monitoring', to: '/etc/prometheus', only: ['prometheus.yml', 'watchdog.yml'] },
        { from: 'monitoring/rules', to: '/etc/prometheus/rules', except: options.withoutRules },
      ],
      contents: [gatewayTargets(options.edge ? 'edge' : 'proxy')],
      fit: fitting(servers),
      ready: /monitoring ready/,
      version: ['prometheus', '--version'],
      memoryMb: 512,
    },
    agentFor(options.token, servers),
  ]
}
