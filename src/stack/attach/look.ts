import type Dockerode from 'dockerode'
import { isGone, type Labels, labelKeys } from '../../engine/index.ts'
import { BadgatewayError } from '../../kit/errors.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import type { Inspected } from './recreate.ts'
import { joinedIn, type Standing, sharedNetworks, type Whereabouts, whereaboutsOf } from './whereabouts.ts'

/** A container, and the service of the description that it is. */
export interface ContainerOf {
  /** Name of the service. */
  name: string
  id: string
}

/** A service of the description, and the container that it is, as the engine tells it. */
export interface Looked {
  definition: ServiceDefinition
  found: Inspected
}

/** How the engine describes each of these containers. SERVICE_UNKNOWN, UNDO_REFUSED: one is missing, or is not ours. */
export async function lookAt(
  docker: Dockerode,
  {
    labels,
    services,
    containers,
    agreed = false,
  }: {
    labels: Labels
    services: readonly ServiceDefinition[]
    containers: readonly ContainerOf[]
    /** They are others', who have agreed. */
    agreed?: boolean | undefined
  },
): Promise<Looked[]> {
  return await Promise.all(
    services.map(async (definition) => {
      const { name } = definition
      const given = containers.filter((one) => one.name === name)
      const [one] = given
      if (!one || given.length > 1) {
        const message = `The service ${name} has ${given.length} containers, and is to be one`
        throw new BadgatewayError('SERVICE_UNKNOWN', message, 'Describe each container as a service of its own.')
      }
      const found = await docker
        .getContainer(one.id)
        .inspect()
        .catch((thrown: unknown) => {
          if (!isGone(thrown)) throw thrown
          throw new BadgatewayError('SERVICE_UNKNOWN', `There is no container ${one.id} for ${name}`, 'Was it removed?')
        })
      const wears = found.Config.Labels[labelKeys.run]
      if (wears !== (agreed ? undefined : labels[labelKeys.run])) {
        const message = `The container of ${name} wears ${wears ? `the label of run ${wears}` : 'no label of ours'}`
        throw new BadgatewayError('UNDO_REFUSED', message, 'Nothing that is done to it could be undone: raise a copy.')
      }
      return { definition, found }
    }),
  )
}

export function standingOf(
  name: string,
  { Id: id, Name, HostConfig: host, NetworkSettings: settings }: Inspected,
): Standing {
  return {
    name,
    container: Name.replace(/^\//, ''),
    mode: host.NetworkMode ?? '',
    joined: joinedIn(settings.Networks, id),
  }
}

/** Where the services of a stack stand, and on which networks they meet. */
export interface Places {
  /** Networks that the agent joins, the one first where proxy and servers meet. */
  networks: string[]
  of: (name: string) => Whereabouts
}

/** SERVICE_NOT_READY when somebody cannot be found by anybody. */
export function placesOf({ proxy, upstreams }: StackDescription, looked: readonly Standing[]): Places {
  const gate = looked.filter(({ name }) => name === proxy.service)
  const members = Object.values(upstreams).flatMap(({ servers }) => servers)
  const servers = looked.filter(({ name }) => members.includes(name))
  const shared = gate.flatMap((one) => sharedNetworks(one, servers))
  const of = (name: string) => {
    const one = looked.find((other) => other.name === name)
    if (!one) throw new RangeError(`${name} was not looked at`)
    return whereaboutsOf(one, looked, shared)
  }
  const all = looked.flatMap(({ joined }) => joined.map(({ network }) => network))
  return { networks: [...new Set([...shared, ...all])], of }
}
