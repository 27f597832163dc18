import { stringify } from 'yaml'
import { ports } from '../../protocol/index.ts'
import type { StackDescription } from '../description/description.ts'
import { dependencyConnects, type HostOf, healthProbes, type Job, serverConnects, siteProbes } from './jobs.ts'

/** Metrics that the agent does not tell of a stack: a pattern of their whole names, and why. */
export interface Untold {
  readonly names: string
  readonly because: string
}

/** What the monitoring of somebody's own stack measures. */
export interface Measured {
  /** Names of its scrape jobs. */
  readonly jobs: readonly string[]
  readonly untold: readonly Untold[]
  /** The site has a certificate. */
  readonly hasTls: boolean
}

/** By which names the services are found, and the agent. */
export interface Found {
  readonly hostOf: HostOf
  readonly agent: string
}

/** At 0 each of these would say that all is well, and nobody would have looked. */
const never: readonly Untold[] = [
  {
    names: 'nginx_upstream_errors_total|nginx_server_connect_failures_total',
    because: 'its error log may lie where the harness reads none',
  },
  {
    names: 'nginx_log_unparsable_lines_total|nginx_parse_errors_total',
    because: 'lines of its other logs are passed over',
  },
  {
    names: 'nginx_config_(hash_info|drift|unplanned_changes_total|last_unplanned_change_info)|deploy_window_open',
    because: 'only of the built-in stack',
  },
]

const counters: Untold = {
  names: 'nginx_connections_.*|nginx_http_connections',
  because: 'its Nginx has no stub_status',
}
const requests: Untold = {
  names: 'nginx_http_re(quest|sponse).*|nginx_upstream_responses_total|nginx_server_response_seconds.*',
  because: 'the log of this proxy is not heard',
}

function untoldOf({ can: { instrumented } }: StackDescription): Untold[] {
  if (!instrumented) return [{ names: 'nginx_.*|deploy_window_open', because: 'this proxy is not instrumented' }]
  const { hasStubStatus = true, isUnheard = false } = instrumented
  return [...never, ...(hasStubStatus ? [] : [counters]), ...(isUnheard ? [requests] : [])]
}

/** What is measured of a stack that is described so. Pure. */
export function measuredOf(description: StackDescription): Measured {
  const { jobs } = partsOf(description, { hostOf: (name) => name, agent: '' })
  return {
    jobs: jobs.map(({ job_name: name }) => name),
    untold: untoldOf(description),
    hasTls: description.proxy.scheme === 'https',
  }
}

/** `prometheus.yml` and `blackbox.yml` for a stack that is described so. Pure. */
export function monitoringFiles(description: StackDescription, found: Found): { prometheus: string; blackbox: string } {
  const { jobs, modules } = partsOf(description, found)
  return {
    prometheus: stringify({
      // Every second, as of the built-in stack: what is measured is the rules.
      global: { scrape_interval: '1s', scrape_timeout: '900ms', evaluation_interval: '1s' },
      rule_files: ['/etc/prometheus/rules/*.yml', '/etc/prometheus/watchdog.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`localhost:${ports.alertmanager}`] }] }] },
      scrape_configs: jobs,
    }),
    blackbox: stringify({ modules }),
  }
}

function partsOf(description: StackDescription, { hostOf, agent }: Found) {
  const { probes: asked = [] } = description.monitoring ?? {}
  const probes = [
    siteProbes(description, hostOf),
    ...(asked.includes('servers') ? [healthProbes(description, hostOf), serverConnects(description, hostOf)] : []),
    ...(asked.includes('dependencies') ? [dependencyConnects(description, hostOf)] : []),
  ].flatMap((one) => one ?? [])
  const own = (instance: string, port: number) => ({ targets: [`localhost:${port}`], labels: { instance } })
  const jobs: Job[] = [
    {
      job_name: 'nginx',
      static_configs: [{ targets: [`${agent}:${ports.agentMetrics}`], labels: { instance: 'agent' } }],
      metric_relabel_configs: untoldOf(description).map(({ names }) => ({
        source_labels: ['__name__'],
        regex: names,
        action: 'drop',
      })),
    },
    ...probes.map(({ job }) => job),
    {
      job_name: 'monitoring',
      static_configs: [own('prometheus', ports.prometheus), own('alertmanager', ports.alertmanager)],
    },
  ]
  return { jobs, modules: Object.fromEntries(probes.flatMap(({ modules }) => Object.entries(modules))) }
}
