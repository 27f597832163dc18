import { posix } from 'node:path'
import { BadgatewayError } from '../kit/errors.ts'
import { didYouMean } from '../kit/near-miss.ts'
import type { RequestSpec } from '../load/index.ts'
import {
  agentDefinition,
  contradictionsIn,
  type ServiceDefinition,
  type StackDescription,
  type UpstreamDescription,
  withMonitoring,
} from '../stack/index.ts'
import type { ContainerFacts } from './facts.ts'
import type { ProjectFile } from './schema.ts'
import { serverName } from './survey/names.ts'

/** What a description is made of, and where it is told of mistakes. */
export interface Described {
  readonly project: ProjectFile
  readonly containers: readonly Pick<ContainerFacts, 'service' | 'number' | 'id' | 'image' | 'ports' | 'memory'>[]
  /** The file that says so: it stands before each mistake. */
  readonly where: string
}

/** The containers under the names that the description has for them. */
export function namedContainers({ containers }: Pick<Described, 'containers'>): { name: string; id: string }[] {
  return containers.map((one) => ({ name: serverName(one, containers), id: one.id }))
}

/**
 * The stack that attaches to these containers. A group that is reached by a Unix socket has no port that could be
 * asked: its servers are told as dependencies, which can be stopped and killed, and where all are such there is no
 * group. PROJECT_INVALID with every service that is not there.
 */
export function descriptionOf({ project, containers, where }: Described): StackDescription {
  const wrong: string[] = []
  const find = finderOf(containers, wrong)
  const proxy = find(project.proxy.service, 'proxy.service')[0]?.name ?? project.proxy.service
  const groups = Object.entries(project.upstreams).map(([name, group]) => {
    const servers = group.servers.flatMap((text, at) => {
      const [service = '', port] = text.split(':')
      const found = find(service, `upstreams.${name}.servers.${at}`)
      return found.map((one) => ({ name: one.name, port: port === undefined ? group.port : Number(port) }))
    })
    return { name, group, servers }
  })
  const dependencies = Object.entries(project.dependencies).flatMap(([name, { service, port }]) =>
    find(service, `dependencies.${name}.service`).map((one) => ({ name: one.name, port })),
  )
  if (wrong.length > 0) throw invalid(where, wrong)
  const open = groups.filter(({ group }) => group.port !== undefined)
  const roles = new Map<string, Pick<ServiceDefinition, 'role' | 'port'>>()
  const sockets = groups.filter(({ group }) => group.port === undefined).flatMap(({ servers }) => servers)
  for (const { name, port } of [...dependencies, ...sockets]) roles.set(name, { role: 'dependency', ...portOf(port) })
  for (const { name, servers } of open)
    for (const one of servers) roles.set(one.name, { role: name, ...portOf(one.port) })
  roles.set(proxy, { role: 'proxy', port: project.proxy.port })
  const description = assembled({ project, containers, where }, { proxy, open, roles })
  const contradictions = contradictionsIn(description)
  if (contradictions.length > 0) throw invalid(where, contradictions)
  return description
}

interface Parts {
  proxy: string
  open: readonly { name: string; group: ProjectFile['upstreams'][string]; servers: readonly { name: string }[] }[]
  roles: ReadonlyMap<string, Pick<ServiceDefinition, 'role' | 'port'>>
}

function assembled({ project, containers }: Described, { proxy, open, roles }: Parts): StackDescription {
  const upstreams = open.map(({ name, group, servers }): [string, UpstreamDescription] => {
    const { port = 80, protocol, health, page, location, host } = group
    const asked = { health: health ?? '/', ...(health === undefined ? { isHealthGuessed: true as const } : {}) }
    const sent = host === undefined ? {} : { host }
    return [name, { servers: servers.map((one) => one.name), port, protocol, ...asked, page, location, ...sent }]
  })
  const servers = upstreams.flatMap(([, group]) => group.servers)
  const config = project.proxy.config
  const status = freePort(containers.flatMap(({ ports }) => ports))
  const { port, scheme, host } = project.proxy
  const description: StackDescription = {
    services: [
      ...containers.map((one) => serviceOf(one, serverName(one, containers), roles)),
      agentDefinition({ token: '', servers }),
    ],
    proxy: {
      service: proxy,
      config,
      folders: foldersOf(config),
      port,
      scheme,
      ...(host === undefined ? {} : { host }),
    },
    upstreams: Object.fromEntries(upstreams),
    can: { instrumented: { port: status } },
  }
  const { rules, probes } = project.monitoring
  return rules.length > 0 ? withMonitoring(description, probes) : description
}

function serviceOf(
  { image, memory = [] }: Pick<ContainerFacts, 'image' | 'memory'>,
  name: string,
  roles: Parts['roles'],
): ServiceDefinition {
  const { role, port } = roles.get(name) ?? { role: 'other' }
  return {
    name,
    role,
    image,
    networks: role === 'proxy' ? 'both' : 'internal',
    // What the user's variables hold is nobody's business.
    env: {},
    files: [],
    ready: 'running',
    ...portOf(port),
    ...(memory.length > 0 ? { memoryFolders: memory } : {}),
    // A migration ends, and is done.
    ...(role === 'other' ? { awaited: false } : {}),
  }
}

const portOf = (port: number | undefined) => (port === undefined ? {} : { port })

/** The folder of the main file where it is Nginx's alone. */
function foldersOf(config: string): string[] {
  const folder = posix.dirname(config)
  return /nginx|openresty|angie/.test(folder) ? [folder] : []
}

/** A port of the proxy that is not used: by nobody of the stack, since they may share its network. */
function freePort(taken: readonly number[]): number {
  let port = 18_081
  while (taken.includes(port)) port += 1
  return port
}

type Place = Pick<ContainerFacts, 'service' | 'number' | 'id'>

/** Containers of a service, or the one that `NAME-2` is; what is not there is added to what is wrong. */
function finderOf(containers: readonly Place[], wrong: string[]) {
  const services = [...new Set(containers.map(({ service }) => service))]
  return (text: string, path: string): { name: string }[] => {
    const all = containers.filter(({ service }) => service === text)
    const [, service, number] = /^(.+)-(\d+)$/.exec(text) ?? []
    const one = containers.filter((each) => each.service === service && each.number === Number(number))
    const found = all.length > 0 ? all : one
    if (found.length === 0) {
      const hint = `${didYouMean(text, services)}There are: ${services.join(', ')}`
      wrong.push(`${path}: there is no service '${text}'. ${hint}`)
    }
    return found.map((each) => ({ name: serverName(each, containers) }))
  }
}

function invalid(where: string, wrong: readonly string[]): BadgatewayError {
  const hint = 'Compare it with the Compose file; badgateway init writes it anew.'
  return new BadgatewayError('PROJECT_INVALID', `${where}: ${wrong.join('\n  ')}`, hint)
}

/** What users ask for: what the file says, else the page of each upstream; each with the host that it is for. */
export function trafficOf({ traffic, proxy, upstreams }: ProjectFile): ProjectFile['traffic'] & { mix: RequestSpec[] } {
  const pages = Object.values(upstreams).map(({ page, host }): RequestSpec => {
    return { weight: 1, method: 'GET', path: page, ...(host === undefined ? {} : { headers: { host } }) }
  })
  const mix = (traffic.mix ?? pages).map((request): RequestSpec => {
    const { headers = {} } = request
    const names = Object.keys(headers).map((name) => name.toLowerCase())
    if (proxy.host === undefined || names.includes('host')) return request
    return { ...request, headers: { host: proxy.host, ...headers } }
  })
  return { ...traffic, mix }
}
