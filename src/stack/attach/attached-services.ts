import type Dockerode from 'dockerode'
import { ownOf } from '../../kit/own.ts'
import type { ServiceDefinition } from '../description/definition.ts'
import type { StackDescription } from '../description/description.ts'
import type { Insides } from '../inside.ts'
import { untilRunning } from '../ready.ts'
import { type ServiceParts, serviceFrom } from '../service.ts'
import type { Service } from '../types.ts'
import { type Looked, placesOf, standingOf } from './look.ts'
import type { Inspected } from './recreate.ts'
import type { Standing, Whereabouts } from './whereabouts.ts'

interface Given {
  docker: Dockerode
  description: StackDescription
  looked: readonly Looked[]
  insides: Insides
}

/** Makes services of containers, and knows where each is found now. */
export class AttachedServices {
  readonly #given: Given
  readonly #standing: Map<string, Standing>
  readonly #last = new Map<string, Whereabouts>()
  /** Of the proxy: what has its files read. */
  reload: readonly string[] | undefined

  constructor(given: Given) {
    this.#given = given
    const all = given.looked.map(({ definition: { name }, found }) => standingOf(name, found))
    this.#standing = new Map(all.map((one) => [one.name, one]))
  }

  /** Networks that the agent joins, the one first where proxy and servers meet. */
  get networks(): string[] {
    return this.#places().networks
  }

  /** Of one that is down: where it was. */
  whereabouts(name: string): Whereabouts {
    const last = this.#last.get(name)
    const isDown = this.#standing.get(name)?.joined.every(({ address }) => address === '') ?? true
    if (isDown && last) return last
    const found = this.#places().of(name)
    this.#last.set(name, found)
    return found
  }

  /** The container of a service: the one that was looked at, or one that has taken its place. */
  make(definition: ServiceDefinition, found: Inspected): Service {
    const { name, role, ready } = definition
    this.#standing.set(name, standingOf(name, found))
    const { docker, description, insides } = this.#given
    const isGate = name === description.proxy.service
    return serviceFrom({
      docker,
      containerId: found.Id,
      ready,
      port: this.#portOf(definition),
      name,
      role,
      image: found.Config.Image,
      ...this.whereabouts(name),
      whereabouts: () => this.#lookAgain(name, found.Id),
      inside: () => insides.inside(name),
      ...(isGate && this.reload ? { reload: this.reload } : {}),
    } satisfies ServiceParts)
  }

  /** Waits until this service is ready, whoever has started it. */
  async untilReady(definition: ServiceDefinition, service: Service, signal?: AbortSignal): Promise<void> {
    const { docker, insides } = this.#given
    const { name, exec, containerId } = service
    const port = this.#portOf(definition)
    const listens = port === undefined ? undefined : () => insides.inside(name).listens(port)
    await untilRunning({ container: docker.getContainer(containerId), name, exec, listens, signal })
  }

  async #lookAgain(name: string, id: string): Promise<Whereabouts> {
    this.#standing.set(name, standingOf(name, await this.#given.docker.getContainer(id).inspect()))
    return this.whereabouts(name)
  }

  #places() {
    return placesOf(this.#given.description, [...this.#standing.values()])
  }

  #portOf({ name, role, port }: ServiceDefinition): number | undefined {
    const { proxy, upstreams } = this.#given.description
    if (port !== undefined) return port
    return name === proxy.service ? proxy.port : ownOf(upstreams, role)?.port
  }
}
