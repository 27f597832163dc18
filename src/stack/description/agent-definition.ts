import { ports } from '../../protocol/index.ts'
import type { ServiceDefinition } from './definition.ts'

/** Name and role of the harness's hand inside the networks: every stack has one. */
export const agentName = 'agent'

interface AgentOptions {
  token: string
  /** Names of the servers that it measures. */
  servers: readonly string[]
  /** Locations by which it tells requests apart; those that are no prefix it passes over. Default: the shop's. */
  routes?: readonly string[]
  /** Where the volume with the proxy's logs is mounted; absent: the proxy writes none for it. */
  logVolumeAt?: string
  /** Where it asks the proxy for its release and its counters, and reads its access log; absent: nowhere. */
  proxy?: { statusPort: number; accessLog: string; host?: string }
  /** Its name on the network; default: its own. */
  alias?: string
}

export function agentDefinition({
  token,
  servers,
  routes,
  logVolumeAt,
  proxy,
  alias,
}: AgentOptions): ServiceDefinition {
  return {
    name: agentName,
    role: agentName,
    image: agentName,
    networks: 'both',
    ...(alias === undefined ? {} : { alias }),
    env: {
      BADGATEWAY_TOKEN: token,
      SERVERS: servers.join(','),
      ...(routes === undefined ? {} : { ROUTES: JSON.stringify(routes) }),
      ...(proxy ? { STATUS_PORT: String(proxy.statusPort), ACCESS_LOG: proxy.accessLog } : {}),
      ...(proxy?.host === undefined ? {} : { PROXY_HOST: proxy.host }),
    },
    published: ports.agentControl,
    ...(logVolumeAt === undefined ? {} : { logVolumeAt }),
    files: [],
    ready: /"ready":\s*true/,
    version: ['node', '--version'],
    memoryMb: 256,
  }
}
