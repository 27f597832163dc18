import type Dockerode from 'dockerode'
import { removeAllOf } from '../engine/index.ts'
import { BadgatewayError } from '../kit/errors.ts'
import { alertmanagerOf } from './alertmanager.ts'
import { cgroupOf } from './beside/cgroup.ts'
import { startSidecar } from './beside/sidecar.ts'
import { agentName } from './description/agent-definition.ts'
import type { ServiceDefinition } from './description/definition.ts'
import type { StackDescription } from './description/description.ts'
import { type Insides, insideOf } from './inside.ts'
import { prometheusOf } from './prometheus.ts'
import { proxyOf, serversOf } from './server.ts'
import { snapshotStack } from './snapshot/snapshot.ts'
import { type Streams, streamsOf } from './streams.ts'
import type { Service, Stack } from './types.ts'

export interface StackParts {
  docker: Dockerode
  runId: string
  labels: Readonly<Record<string, string>>
  /** Set when it is not the first stack of the run. */
  beside?: 'staging' | undefined
  entry: string
  /** Those that are there now: changed in place. */
  services: Service[]
  agent: Stack['agent']
  description: StackDescription
  ownRules?: true
  /** What it was described to do and does not. */
  lacking: ReadonlySet<string>
  /** Who stands among the processes of its services already; absent: nobody. */
  insides?: Insides
}

/** How its services change: what differs with who has started them. */
export type Changing = 'addProxy' | 'addBackend' | 'replace' | 'remove' | 'drift' | 'specifiedFiles' | 'refresh'

export interface Common {
  service: (name: string) => Service
  streams: Streams
  insides: Insides
}

/** A stack: its services are found, asked, heard and looked at in the same way, whoever has started them. */
export function stackOf(
  parts: StackParts,
  known: ReadonlyMap<string, Pick<ServiceDefinition, 'version'>>,
  changing: (common: Common) => Pick<Stack, Changing>,
): Stack {
  const { docker, runId, entry, services, agent, description } = parts
  const { database, monitoring } = description
  const pager = monitoring?.theirs?.alertmanager
  const service = (name: string) => {
    const names = services.map((one) => one.name)
    return services[names.indexOf(name)] ?? unknown(name, names)
  }
  const image = () => service(agentName).image
  const { labels } = description.attached ? parts : {}
  const insides = parts.insides ?? insideOf(docker, image, service, labels)
  const streams = streamsOf(docker, () => services)
  return {
    description,
    runId,
    entry,
    services,
    agent,
    streams,
    lacking: parts.lacking,
    ...(parts.ownRules ? { ownRules: parts.ownRules } : {}),
    service,
    byRole: (role) => services.filter((one) => one.role === role),
    proxy: (name = description.proxy.service) => proxyOf(agent, service(name), description),
    servers: (upstream) => serversOf({ agent, description, services }, upstream),
    get database() {
      return database && service(database.service)
    },
    ...(monitoring ? { prometheus: prometheusOf(agent, monitoring) } : {}),
    ...(pager ? { alertmanager: alertmanagerOf(agent, pager) } : {}),
    beside: (name, how) => startSidecar(docker, image(), service(name), { ...how, labels }),
    inside: insides.inside,
    cgroup: (name) => cgroupOf(name, insides.inside(name)),
    snapshot: () => snapshotStack(docker, { services, agent, description, specified: known }),
    tearDown: () => removeAllOf(docker, parts.labels, parts.beside),
    ...changing({ service, streams, insides }),
  }
}

/** A container takes the place of the one under its name, or joins; whoever listens hears it too. */
export function put({ services }: Pick<StackParts, 'services'>, { streams }: Common, added: Service): Service {
  const index = services.findIndex((one) => one.name === added.name)
  if (index < 0) services.push(added)
  else services[index] = added
  streams.follow(added)
  return added
}

export function unknown(name: string, names: readonly string[]): never {
  const hint = `There are: ${names.join(', ')}`
  throw new BadgatewayError('SERVICE_UNKNOWN', `There is no service '${name}' in this stack`, hint)
}
