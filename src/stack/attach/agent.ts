import { randomBytes } from 'node:crypto'
import type Dockerode from 'dockerode'
import type { Agent } from '../../protocol/index.ts'
import { ports } from '../../protocol/index.ts'
import { connectAgent } from '../agent.ts'
import { agentDefinition, agentName } from '../description/agent-definition.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import { publishedPort, startContainer } from '../raise/container.ts'
import { createOwnEdge } from '../raise/networks.ts'
import { serviceFrom } from '../service.ts'
import type { Service } from '../types.ts'

interface Wanted {
  docker: Dockerode
  runId: string
  labels: Readonly<Record<string, string>>
  /** Reference of its image. */
  image: string
  /** Names of the networks that it joins, the one first on which it has its address. */
  networks: readonly string[]
  /** By which names the servers are found, and the proxy. */
  servers: readonly string[]
  /** Locations of the site by which requests are told apart. */
  routes: readonly string[]
  proxy?: { statusPort: number; accessLog: string; host: string }
  /** A volume in which the proxy's access log lies, and where: mounted at the same place. */
  logVolume?: { name: string; at: string }
}

export interface AgentThere {
  agent: Agent
  service: Service
  definition: ServiceDefinition
}

/** Among the names of others there may be its own already. */
export const agentAlias = (runId: string) => `badgateway-agent-${runId}`

/** Starts the agent on networks of others, and on one of ours on which its control port can be published. */
export async function startAgent(wanted: Wanted): Promise<AgentThere> {
  const { docker, runId, image, servers, routes, proxy, logVolume } = wanted
  const labels = { ...wanted.labels, 'badgateway.role': agentName, 'badgateway.service': agentName }
  const token = randomBytes(24).toString('base64url')
  const definition = agentDefinition({
    token,
    servers,
    routes,
    alias: agentAlias(runId),
    ...(proxy ? { proxy } : {}),
    ...(logVolume ? { logVolumeAt: logVolume.at } : {}),
  })
  const [internal = '', ...also] = wanted.networks
  const edge = await createOwnEdge(docker, runId, { ...wanted.labels })
  const started = await startContainer(definition, {
    docker,
    image,
    labels,
    networks: { internal, edge, also },
    logVolume: logVolume?.name ?? '',
    dockerFolder: '',
    replaced: {},
    fit: (_, files) => files,
  })
  const containerId = started.getId()
  const { NetworkSettings: settings } = await docker.getContainer(containerId).inspect()
  const address = settings.Networks[internal]?.IPAddress ?? ''
  const { ready, name, role } = definition
  const service = serviceFrom({ docker, containerId, ready, name, role, image, address })
  const port = await publishedPort(docker, containerId, ports.agentControl)
  return { agent: connectAgent({ baseUrl: `http://127.0.0.1:${port}`, token }), service, definition }
}
