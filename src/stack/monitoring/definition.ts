import { ports } from '../../protocol/index.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { MonitoringDescription, StackDescription } from '../description/description.ts'
import { monitoringFiles } from './configuration.ts'
import type { HostOf } from './jobs.ts'

/** Name of the monitoring of ours beside somebody's own stack: their services are called as they like. */
const monitoringName = 'badgateway-monitoring'
const folder = '/etc/prometheus'
const rules = `${folder}/rules`

/** The same stack with monitoring of ours beside it, which asks the site, and past the proxy those that are named. */
export function withMonitoring(
  description: StackDescription,
  probes: MonitoringDescription['probes'] = [],
): StackDescription {
  const watched = { ...description, monitoring: { ...monitoringOf(description), probes } }
  const definition = { ...container, files: [], contents: [] }
  return { ...watched, services: [...description.services, definition] }
}

function monitoringOf({ can: { instrumented } }: StackDescription): MonitoringDescription {
  const counted = { requests: 'nginx_http_requests_total', seconds: 'nginx_http_request_duration_seconds' }
  return {
    service: monitoringName,
    prometheus: ports.prometheus,
    rules,
    metrics: instrumented && !instrumented.isUnheard ? counted : {},
  }
}

const container = {
  name: monitoringName,
  role: 'monitoring',
  image: 'monitoring',
  networks: 'internal',
  // Of databases it knows nothing: its exporter is not started.
  env: { DATA_SOURCE_NAME: '' },
  ready: /monitoring ready/,
  version: ['prometheus', '--version'],
  memoryMb: 512,
} as const satisfies Partial<ServiceDefinition>

export interface Placed {
  hostOf: HostOf
  /** By which names the agent is found, and the monitoring is to be. */
  agent: string
  alias: string
}

/** Its container beside a stack that runs, and knows by now what its proxy tells. */
export function monitoringDefinition(
  description: StackDescription,
  { hostOf, agent, alias }: Placed,
): { definition: ServiceDefinition; monitoring: MonitoringDescription } {
  const { prometheus, blackbox } = monitoringFiles(description, { hostOf, agent })
  const definition: ServiceDefinition = {
    ...container,
    alias,
    files: [
      { from: 'monitoring', to: folder, only: ['watchdog.yml', 'alertmanager.yml'] },
      { from: 'monitoring/rules', to: rules },
    ],
    fit: (text) => text.replaceAll('http://agent:', `http://${agent}:`),
    contents: [
      { path: `${folder}/prometheus.yml`, content: Buffer.from(prometheus) },
      { path: `${folder}/blackbox.yml`, content: Buffer.from(blackbox) },
    ],
  }
  return { definition, monitoring: { ...description.monitoring, ...monitoringOf(description), host: alias } }
}
