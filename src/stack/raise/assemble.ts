import type Dockerode from 'dockerode'
import { labelKeys, onRecordOf } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import { serviceFrom } from '../service.ts'
import { type Common, put, type StackParts, stackOf, unknown } from '../stack-of.ts'
import type { FileContent, Service, ServiceChange, Stack } from '../types.ts'
import { driftOf } from './specified.ts'

interface Parts extends StackParts {
  start: (definition: ServiceDefinition) => Promise<Service>
  imageOf: (definition: ServiceDefinition) => string
  specifiedFiles: (definition: ServiceDefinition) => Promise<FileContent[]>
}

/** Makes a stack of the services that are up: how they are found, joined by others, replaced and removed. */
export function assemble(parts: Parts): Stack {
  const { docker, services, description } = parts
  const known = new Map(description.services.map((one) => [one.name, one]))
  const specified = (name: string) => known.get(name) ?? unknown(name, [...known.keys()])
  const addresses = new Map(services.map(({ containerId, address }) => [containerId, address]))
  return stackOf(parts, known, (common) => ({
    ...joining(parts, { known, specified, common, addresses }),
    remove: async (name) => {
      const { containerId } = common.service(name)
      await common.insides.leave(containerId)
      await docker.getContainer(containerId).remove({ force: true, v: true })
      services.splice(services.indexOf(common.service(name)), 1)
    },
    drift: (name) => {
      const meant = specified(name)
      return driftOf(docker, common.service(name).containerId, { definition: meant, image: parts.imageOf(meant) })
    },
    specifiedFiles: (name) => parts.specifiedFiles(specified(name)),
    refresh: () => refresh(parts, { known, addresses }, common.insides.inside),
  }))
}

interface Register {
  known: Map<string, ServiceDefinition>
  specified: (name: string) => ServiceDefinition
  common: Common
  /** By the container's id: one that was replaced may be put back. */
  addresses: Map<string, string>
}

/** How a service joins the others, or takes another one's place. */
function joining(
  parts: Parts,
  { known, specified, common, addresses }: Register,
): Pick<Stack, 'addProxy' | 'addBackend' | 'replace'> {
  const { description, start } = parts
  const joined = (added: Service) => {
    addresses.set(added.containerId, added.address)
    return put(parts, common, added)
  }
  const add = async (joins: ServiceDefinition) => {
    known.set(joins.name, joins)
    return joined(await start(joins))
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
      await common.service(name).stop()
      // The changed definition is not kept: whoever replaces it again begins from how it was meant to be.
      return joined(await start(changedBy(meant, change)))
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

async function refresh(
  { docker, labels, services }: Parts,
  { known, addresses }: { known: ReadonlyMap<string, ServiceDefinition>; addresses: ReadonlyMap<string, string> },
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
    const { name, role, image } = one
    const address = addresses.get(id) ?? one.address
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
