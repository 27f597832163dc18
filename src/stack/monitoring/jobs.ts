import { ports } from '../../protocol/index.ts'
import type { StackDescription } from '../description/description.ts'

/** One scrape job, as Prometheus has it in its configuration. */
export interface Job {
  readonly job_name: string
  readonly [setting: string]: unknown
}

/** How a module of blackbox_exporter asks, as it has it in its configuration. */
export type ProbeModule = Readonly<Record<string, unknown>>

/** By which name each service is found. */
export type HostOf = (service: string) => string

const probeLimit = '800ms'
/** Answers of a site that works: a redirect may lead to a name that nobody knows here, so it is not followed. */
const wellCodes = [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 307, 308]
/** Who asks: the log of the proxy tells its requests apart from those of users. */
const asking = { 'X-User-Id': 'visitor-probe' }

/** What is asked, by its modules, and the job that has it asked. */
export interface Probes {
  readonly job: Job
  readonly modules: Readonly<Record<string, ProbeModule>>
}

interface Asked {
  /** As rules find it: `instance`. */
  readonly instance: string
  readonly module: string
  readonly target: string
}

/** The exporter is asked for each; which module it is to use stands with the target. */
function probing(name: string, asked: readonly Asked[]): Job {
  return {
    job_name: name,
    metrics_path: '/probe',
    static_configs: asked.map(({ instance, module, target }) => ({
      targets: [`localhost:${ports.blackbox}`],
      labels: { instance, __param_module: module, __param_target: target },
    })),
  }
}

/** The site as visitors see it: the page of each group. */
export function siteProbes({ proxy, upstreams }: StackDescription, hostOf: HostOf): Probes {
  const { scheme = 'http' } = proxy
  const usual = scheme === 'https' ? 443 : 80
  const origin = (host: string) => `${scheme}://${host}${proxy.port === usual ? '' : `:${proxy.port}`}`
  const all = Object.entries(upstreams).map(([group, { page, host = proxy.host }]) => {
    const target = `${origin(hostOf(proxy.service))}${page}`
    const instance = `${origin(host ?? proxy.service)}${page}`
    return { group, host, asked: { instance, module: `site-${group}`, target } }
  })
  const modules = all.map(({ host, asked }): [string, ProbeModule] => [
    asked.module,
    {
      prober: 'http',
      timeout: probeLimit,
      http: {
        preferred_ip_protocol: 'ip4',
        follow_redirects: false,
        valid_status_codes: wellCodes,
        headers: { ...asking, ...(host === undefined ? {} : { Host: host }) },
        // A certificate that is nobody's here is what a copy of a stack has; when it ends is told.
        ...(scheme === 'https' ? { tls_config: { insecure_skip_verify: true, ...nameFor(host) } } : {}),
      },
    },
  ])
  return {
    job: probing(
      'gateway',
      all.map(({ asked }) => asked),
    ),
    modules: Object.fromEntries(modules),
  }
}

const nameFor = (host: string | undefined) => (host === undefined ? {} : { server_name: host.replace(/:\d+$/, '') })

/** Servers whose health can be asked by HTTP; null: none can be. */
export function healthProbes(description: StackDescription, hostOf: HostOf): Probes | null {
  const asked = serversIn(description).flatMap(({ name, port, group }): Asked[] => {
    const { health, protocol = 'http', isHealthGuessed = false } = group
    // Where nobody has said what answers 200, an answer that is another one says nothing.
    if (isHealthGuessed || protocol !== 'http') return []
    return [{ instance: name, module: 'healthz', target: `http://${hostOf(name)}:${port}${health}` }]
  })
  if (asked.length === 0) return null
  const http = { preferred_ip_protocol: 'ip4', valid_status_codes: [200], follow_redirects: false }
  return {
    job: probing('backend-health', asked),
    modules: { healthz: { prober: 'http', timeout: probeLimit, http } },
  }
}

const connect = { connect: { prober: 'tcp', timeout: probeLimit, tcp: { preferred_ip_protocol: 'ip4' } } }

/** A connection to each server, past the proxy. */
export function serverConnects(description: StackDescription, hostOf: HostOf): Probes {
  const asked = serversIn(description).map(({ name, port }) => connectTo(name, `${hostOf(name)}:${port}`))
  return { job: probing('backend-connect', asked), modules: connect }
}

function serversIn({ services, upstreams }: StackDescription) {
  const own = new Map(services.map(({ name, port }) => [name, port]))
  return Object.values(upstreams).flatMap((group) =>
    group.servers.map((name) => ({ name, port: own.get(name) ?? group.port, group })),
  )
}

/** A connection to each dependency whose port is known; null: of none it is. That it is well nobody says. */
export function dependencyConnects({ services }: StackDescription, hostOf: HostOf): Probes | null {
  const asked = services.flatMap(({ name, role, port }) => {
    return role === 'dependency' && port !== undefined ? [connectTo(name, `${hostOf(name)}:${port}`)] : []
  })
  return asked.length === 0 ? null : { job: probing('dependency-connect', asked), modules: connect }
}

const connectTo = (instance: string, target: string): Asked => ({ instance, module: 'connect', target })
