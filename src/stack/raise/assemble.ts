import type Dockerode from 'dockerode'
import { labelKeys, onRecordOf, removeAllOf } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import { cgroupOf } from '../beside/cgroup.ts'
import { startSidecar } from '../beside/sidecar.ts'
import { agentName } from '../description/agent-definition.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import { insideOf } from '../inside.ts'
import { prometheusOf } from '../prometheus.ts'
import { proxyOf, serversOf } from '../server.ts'
import { serviceFrom } from '../service.ts'
import { snapshotStack } from '../snapshot/snapshot.ts'
import { streamsOf } from '../streams.ts'
import type { FileContent, Service, ServiceChange, Stack } from '../types.ts'
import { driftOf } from './specified.ts'

interface Parts {
  docker: Dockerode
  runId: string
  labels: Readonly<Record<string, string>>
  /** Set when it is not the shop itself. */
  beside?: 'staging' | undefined
  entry: string
  services: Service[]
  agent: Stack['agent']
  description: StackDescription
  ownRules?: true
  lacking: ReadonlySet<string>
  start: (definition: ServiceDefinition) => Promise<Service>
  imageOf: (definition: ServiceDefinition) => string
  specifiedFiles: (definition: ServiceDefinition) => Promise<FileContent[]>
}

/** Makes a stack of the services that are up: how they are found, joined by others, replaced and removed. */
export function assemble(parts: Parts): Stack {
  const { docker, runId, entry, services, agent, description } = parts
  const { database, monitoring } = description
  const known = new Map(description.services.map((one) => [one.name, one]))
  const service = (name: string) => {
    const names = services.map((one) => one.name)
    return services[names.indexOf(name)] ?? unknown(name, names)
  }
  const specified = (name: string) => known.get(name) ?? unknown(name, [...known.keys()])
  const image = () => service(agentName).image
  const { inside, leave } = insideOf(docker, image, service)
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
    ...joining(parts, { known, specified, service, follow: (added) => streams.follow(added) }),
    remove: async (name) => {
      const { containerId } = service(name)
      await leave(containerId)
      await docker.getContainer(containerId).remove({ force: true, v: true })
      services.splice(services.indexOf(service(name)), 1)
    },
    drift: (name) => {
      const meant = specified(name)
      return driftOf(docker, service(name).containerId, { definition: meant, image: parts.imageOf(meant) })
    },
    specifiedFiles: (name) => parts.specifiedFiles(specified(name)),
    beside: (name) => startSidecar(docker, image(), service(name)),
    inside,
    cgroup: (name) => cgroupOf(name, inside(name)),
    refresh: () => refresh(parts, known, inside),
    snapshot: () => snapshotStack(docker, { services, agent, description, specified: known }),
    tearDown: () => removeAllOf(docker, parts.labels, parts.beside),
  }
}

interface Register {
  known: Map<string, ServiceDefinition>
  specified: (name: string) => ServiceDefinition
  service: (name: string) => Service
  follow: (added: Service) => void
}

/** How a service joins the others, or takes another one's place. */
function joining(
  { services, description, start }: Parts,
  { known, specified, service, follow }: Register,
): Pick<Stack, 'addProxy' | 'addBackend' | 'replace'> {
  const put = (added: Service) => {
    const index = services.findIndex((one) => one.name === added.name)
    if (index < 0) services.push(added)
    else services[index] = added
    follow(added)
    return added
  }
  const add = async (joins: ServiceDefinition) => {
    known.set(joins.name, joins)
    return put(await start(joins))
  }
  return {
    addProxy: async (name, { files, hash }, image) => {
      const made = growing(description).proxy(name, image)
      return await add({ ...made, contents: [...(made.contents ?? []), ...files], release: hash })
    },
    addBackend: async (upstream, number, change = {}) => {
      return await add(changedBy(growing(description).server(upstream, number), change))
    },
    replace: async (name, change) => {
      const meant = specified(name)
      await service(name).stop()
      // The changed definition is not kept: whoever replaces it again begins from how it was meant to be.
      return put(await start(changedBy(meant, change)))
    },
  }
}

function growing({ can }: StackDescription): NonNullable<StackDescription['can']['growing']> {
  if (can.growing) return can.growing
  throw new BadgatewayError('SERVICE_UNKNOWN', 'Nothing can join this stack while it is up', 'See its description.')
}

function changedBy(definition: ServiceDefinition, { env = {}, ...change }: ServiceChange): ServiceDefinition {
  return { ...definition, ...change, env: { ...definition.env, ...env } }
}

function unknown(name: string, names: readonly string[]): never {
  const hint = `There are: ${names.join(', ')}`
  throw new BadgatewayError('SERVICE_UNKNOWN', `There is no service '${name}' in this stack`, hint)
}

async function refresh(
  { docker, labels, services }: Parts,
  known: ReadonlyMap<string, ServiceDefinition>,
  inside: Stack['inside'],
) {
  const onRecord = onRecordOf(labels)
  for (const [index, one] of [...services.entries()].reverse()) {
    const wearing = await containersOf(docker, labels[labelKeys.run] ?? '', one.name)
    // A copy of a container wears its labels too, and is not ours.
    const found = wearing.filter(({ Id: id, Names: [name = ''] }) => {
      return onRecord.has({ kind: 'container', id, name: name.slice(1) })
    })
    // Removed by an undo: it had joined in the middle.
    if (found.length === 0) services.splice(index, 1)
    const id = runningOf(found)
    const ready = known.get(one.name)?.ready
    if (id === undefined || id === one.containerId || !ready) continue
    const { name, role, image, address } = one
    services[index] = serviceFrom({
      docker,
      containerId: id,
      ready,
      name,
      role,
      image,
      address,
      inside: () => inside(name),
    })
  }
}

type Found = Pick<Dockerode.ContainerInfo, 'Id' | 'Names' | 'State'>

async function containersOf(docker: Dockerode, runId: string, name: string): Promise<Found[]> {
  const label = [`${labelKeys.run}=${runId}`, `badgateway.service=${name}`]
  return await docker.listContainers({ all: true, filters: { label } })
}

/** Id of the one that runs; undefined when none or more than one does. */
function runningOf(found: readonly Found[]): string | undefined {
  const running = found.filter(({ State: state }) => state === 'running')
  return running.length === 1 ? running[0]?.Id : undefined
}
