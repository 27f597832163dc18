import type Dockerode from 'dockerode'
import { BadgatewayError } from '../../kit/errors.ts'
import { dockerFolder } from '../../kit/home.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { MonitoringDescription, StackDescription } from '../description/description.ts'
import { monitoringDefinition } from '../monitoring/definition.ts'
import type { HostOf } from '../monitoring/jobs.ts'
import { startContainer, type TextFile } from '../raise/container.ts'
import { serviceFrom } from '../service.ts'
import type { Service } from '../types.ts'

interface Wanted {
  docker: Dockerode
  runId: string
  labels: Readonly<Record<string, string>>
  /** Reference of its image; absent: it was not made. */
  image: string | undefined
  /** Names of the networks that it joins, the agent's first one first. */
  networks: readonly string[]
  /** By which names the services are found, and the agent. */
  hostOf: HostOf
  agent: string
  /** With what its proxy really tells. */
  description: StackDescription
  rules: readonly TextFile[]
}

export interface MonitoringThere {
  service: Service
  definition: ServiceDefinition
  monitoring: MonitoringDescription
}

/** Starts Prometheus, Alertmanager and blackbox_exporter of ours on networks of others, with rules of theirs. */
export async function startMonitoring(wanted: Wanted): Promise<MonitoringThere> {
  const { docker, runId, image, networks, hostOf, agent, description, rules } = wanted
  if (image === undefined) {
    throw new BadgatewayError(
      'IMAGE_MISSING',
      'The image monitoring, which asks the rules, was not made',
      'Ask for it.',
    )
  }
  const alias = `badgateway-monitoring-${runId}`
  const { definition, monitoring } = monitoringDefinition(description, { hostOf, agent, alias })
  const { name, role, ready } = definition
  const [internal = '', ...also] = networks
  const started = await startContainer(definition, {
    docker,
    image,
    labels: { ...wanted.labels, 'badgateway.role': role, 'badgateway.service': name },
    networks: { internal, edge: '', also },
    logVolume: '',
    dockerFolder: dockerFolder(),
    replaced: { 'monitoring/rules': rules },
    fit: (_, files) => files,
  })
  const containerId = started.getId()
  const { NetworkSettings: settings } = await docker.getContainer(containerId).inspect()
  const address = settings.Networks[internal]?.IPAddress ?? ''
  const service = serviceFrom({ docker, containerId, ready, name, role, image, address, host: alias })
  return { service, definition, monitoring }
}
