import { ports } from '../../protocol/index.ts'
import type { ServiceDefinition } from './definition.ts'

/** Name and role of the harness's hand inside the networks: every stack has one. */
export const agentName = 'agent'

interface AgentOptions {
  token: string
  /** Names of the servers that it measures. */
  servers: readonly string[]
  /** Where the volume with the proxy's logs is mounted; absent: the proxy writes none for it. */
  logVolumeAt?: string
}

export function agentDefinition({ token, servers, logVolumeAt }: AgentOptions): ServiceDefinition {
  return {
    name: agentName,
    role: agentName,
    image: agentName,
    networks: 'both',
    env: { BADGATEWAY_TOKEN: token, SERVERS: servers.join(',') },
    published: ports.agentControl,
    ...(logVolumeAt === undefined ? {} : { logVolumeAt }),
    files: [],
    ready: /"ready":\s*true/,
    version: ['node', '--version'],
    memoryMb: 256,
  }
}
