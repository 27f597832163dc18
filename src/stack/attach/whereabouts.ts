import { BadgatewayError } from '../../kit/errors.ts'

/** A network that a container stands on. */
export interface Joined {
  network: string
  /** Empty: none, or it does not run. */
  address: string
  hasIpv6: boolean
  /** Names by which it is found there, beside its container's. */
  aliases: readonly string[]
}

/** A container by its place on the networks. */
export interface Standing {
  /** Name of the service. */
  name: string
  /** Name of the container. */
  container: string
  /** `host`, `container:…`, or the name of a network. */
  mode: string
  joined: readonly Joined[]
}

/** Where others find it. */
export interface Whereabouts {
  address: string
  host: string
}

/** What the engine tells of a container's networks. */
export type Networks = Readonly<
  Record<string, { IPAddress?: string; GlobalIPv6Address?: string; Aliases?: readonly string[] | null } | undefined>
>

/** Aliases without the one that the engine makes of the container's id. Pure. */
export function joinedIn(networks: Networks, containerId: string): Joined[] {
  return Object.entries(networks).flatMap(([network, found]) => {
    const { IPAddress: address = '', GlobalIPv6Address: six = '', Aliases: all } = found ?? {}
    const aliases = (all ?? []).filter((alias) => !containerId.startsWith(alias))
    return [{ network, address, hasIpv6: six !== '', aliases }]
  })
}

/** Names of networks, the one first that most of these stand on together with the first of them. Pure. */
export function sharedNetworks(first: Standing, others: readonly Standing[]): string[] {
  const count = (network: string) => others.filter(({ joined }) => joined.some((one) => one.network === network)).length
  const shared = first.joined.map(({ network }) => network).filter((network) => count(network) > 0)
  return shared.toSorted((a, b) => count(b) - count(a))
}

/**
 * Where it is found on the first of these networks that it stands on, or else on its own first. Its host is its name,
 * where that is an alias of nobody else; otherwise the name of its container. SERVICE_NOT_READY when nobody can
 * find it by IPv4. Pure.
 */
export function whereaboutsOf(one: Standing, all: readonly Standing[], preferred: readonly string[]): Whereabouts {
  const { name, mode, joined, container } = one
  if (mode === 'host' || mode.startsWith('container:')) {
    throw refused(`${name} has no network of its own (network_mode: ${mode})`, 'Give it a network of the project.')
  }
  const order = [...preferred, ...joined.map(({ network }) => network)]
  const usable = order.flatMap((network) => joined.filter((it) => it.network === network && it.address !== ''))
  const [place] = usable
  if (!place) {
    const isSix = joined.some(({ hasIpv6 }) => hasIpv6)
    if (!isSix) throw refused(`${name} has no address on any network`, 'Does it still run? Its log may tell.')
    const message = `${name} has only IPv6 addresses, and faults are put between IPv4 addresses`
    throw refused(message, 'Give its network an IPv4 subnet.')
  }
  const isNamed = ({ joined: its }: Standing) =>
    its.some(({ network, aliases }) => network === place.network && aliases.includes(name))
  const isIts = isNamed(one) && all.every((other) => other.name === name || !isNamed(other))
  return { address: place.address, host: isIts ? name : container }
}

const refused = (message: string, hint: string) => new BadgatewayError('SERVICE_NOT_READY', message, hint)
