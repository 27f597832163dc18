import type { ContainerFacts } from '../facts.ts'

/** Containers that a name means, and why. */
export interface Resolved {
  readonly containers: readonly ContainerFacts[]
  readonly because: string
}

/** Resolves names as the engine's DNS does for one container. */
export class Names {
  readonly #all: readonly ContainerFacts[]
  readonly #from: ContainerFacts

  constructor(all: readonly ContainerFacts[], from: ContainerFacts) {
    this.#all = all
    this.#from = from
  }

  /** Undefined: no container of the project is called so. */
  resolve(given: string): Resolved | undefined {
    const host = given
      .toLowerCase()
      .replace(/\.$/, '')
      .replace(/^\[|\]$/g, '')
    if (isLoopback(host)) return told(this.#mates(), `shares the network of ${this.#from.service}`)
    // On a network that both stand on first: the same alias can mean somebody else on another.
    const near = this.#all.filter((one) => one.id !== this.#from.id && this.#networksWith(one) !== undefined)
    return ways
      .map(({ is, because }) => told(pick(near, host, is, this.#from), because))
      .concat(ways.map(({ is, because }) => told(pick(this.#others(), host, is, this.#from), because)))
      .find((one) => one !== undefined)
  }

  #others(): readonly ContainerFacts[] {
    return this.#all.filter((one) => one.id !== this.#from.id)
  }

  /** Names of the networks that both stand on; undefined: none. */
  #networksWith(other: ContainerFacts): string[] | undefined {
    const own = new Set(this.#from.networks.map(({ name }) => name))
    const shared = other.networks.map(({ name }) => name).filter((name) => own.has(name))
    return shared.length > 0 ? shared : undefined
  }

  /** Containers in the same network namespace. */
  #mates(): readonly ContainerFacts[] {
    const home = namespaceOf(this.#from, this.#all)
    return this.#others().filter((one) => namespaceOf(one, this.#all) === home)
  }
}

const told = (containers: readonly ContainerFacts[], because: string): Resolved | undefined =>
  containers.length > 0 ? { containers, because } : undefined

type Is = (one: ContainerFacts, host: string, from: ContainerFacts) => boolean

const pick = (all: readonly ContainerFacts[], host: string, is: Is, from: ContainerFacts) =>
  all.filter((one) => is(one, host, from))

const aliasesOf = (one: ContainerFacts) =>
  one.networks.flatMap(({ name, aliases }) =>
    aliases.flatMap((alias) => [alias.toLowerCase(), `${alias}.${name}`.toLowerCase()]),
  )

/** From what is surest on. */
const ways: readonly { is: Is; because: string }[] = [
  {
    is: (one, host, from) => {
      const linked = Object.entries(from.links ?? {}).find(([alias]) => alias.toLowerCase() === host)?.[1]
      return linked !== undefined && [one.service, one.name].includes(linked)
    },
    because: 'a link',
  },
  { is: (one, host) => one.service.toLowerCase() === host.replace(/^tasks\./, ''), because: 'a service' },
  { is: (one, host) => aliasesOf(one).includes(host), because: 'an alias on a network' },
  { is: (one, host) => one.name.toLowerCase() === host, because: 'the name of a container' },
  { is: (one, host) => one.networks.some(({ address }) => address === host), because: 'the address of a container' },
  { is: (one, host) => one.hostname.toLowerCase() === host, because: 'the hostname of a container' },
]

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** The container in whose network it stands, its own as a rule. */
function namespaceOf(one: ContainerFacts, all: readonly ContainerFacts[], depth = 0): string {
  const [kind, whose = ''] = (one.networkMode ?? '').split(':')
  if (kind === 'host') return 'host'
  if ((kind !== 'service' && kind !== 'container') || depth > 8) return one.id
  const other = all.find(({ id, name, service }) =>
    [id, name, ...(kind === 'service' ? [service] : [])].includes(whose),
  )
  return other ? namespaceOf(other, all, depth + 1) : one.id
}

type Counted = Pick<ContainerFacts, 'service' | 'number' | 'id'>

/** What a container is called in the file: its service, and its number where there are several. */
export function serverName(one: Counted, all: readonly Counted[]): string {
  // Before they are started none has an id.
  const isScaled = all.some(({ service, number }) => service === one.service && number !== one.number)
  return isScaled ? `${one.service}-${one.number}` : one.service
}

/** The same of several: a service stands for all its containers. */
export function serverNames(some: readonly ContainerFacts[], all: readonly ContainerFacts[]): string[] {
  const names = some.map((one) => {
    const ofService = all.filter(({ service }) => service === one.service)
    return ofService.every(({ id }) => some.some((other) => other.id === id)) ? one.service : serverName(one, all)
  })
  return [...new Set(names)]
}
