import { builtPrefix, type Labels } from '../engine/index.ts'
import { inert } from '../kit/inert.ts'
import {
  type ComposeDocument,
  type DocumentMount,
  type DocumentService,
  type DocumentVolume,
  dollarsDoubled,
  pairsOf,
} from './document.ts'
import { defaultNetwork, edgeKey, edgeNetwork, type Moved, namesOf, networkKeys, ownNetwork } from './networks.ts'
import { isExternal } from './read.ts'
import { deviceOf, mountOf, mountsOf, portOf, replicasOf } from './services.ts'

export interface OwnOptions {
  readonly names: OwnNames
  readonly labels: Labels
  /** Of Compose: 1 calls containers differently, and knows less. */
  readonly major: number
  /** A port on 127.0.0.1 that nobody has. */
  readonly freePort: () => number
  /** Their configuration is changed where it lies: all of it can be written to. */
  readonly proxyServices: readonly string[]
  readonly publish: readonly { readonly service: string; readonly port: number }[]
  /** Subnets that are in use. */
  readonly taken: readonly string[]
  /** Nothing leaves this machine, and these alone have published ports; absent: it reaches whatever it likes. */
  readonly edges?: readonly string[] | undefined
  /** Where what is mounted from there lies now. */
  readonly at: (source: string) => string
  readonly say: (line: string) => void
}

/** How everything that our project makes is called: known before anything is made. */
export interface OwnNames {
  /** Of the project itself. */
  readonly project: string
  readonly containers: readonly string[]
  /** By their keys. */
  readonly networks: Readonly<Record<string, string>>
  readonly volumes: Readonly<Record<string, string>>
  /** Tags that images are built under, by service. */
  readonly images: Readonly<Record<string, string>>
}

/** Names that nobody else has. A project's has small letters only, and 1.29 puts others between its parts. */
export function ownNames(
  given: ComposeDocument,
  { runId, random, major, edges = [] }: { runId: string; random: string; major: number; edges?: readonly string[] },
): OwnNames {
  const project = `bg-${runId.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${random}`
  const between = major === 1 ? '_' : '-'
  const services = Object.entries(given.services)
  const containers = services.flatMap(([service, one]) =>
    Array.from({ length: replicasOf(one) }, (_, at) => [project, service, String(at + 1)].join(between)),
  )
  const built = services.flatMap(([service, { build }]) => (build ? [service] : []))
  const named = (keys: readonly string[], call: (key: string) => string) =>
    Object.fromEntries(keys.map((key) => [key, call(key)] as const))
  return {
    project,
    containers,
    networks: named(
      [...networkKeys(given), ...edges.map(edgeKey)],
      (key) => `badgateway-${runId}-${random}-network-${key}`,
    ),
    // An engine may make one anew, without labels: then its name says whose it is.
    volumes: named(Object.keys(given.volumes ?? {}), (key) => `badgateway-${runId}-${random}-volume-${key}`),
    images: named(built, (service) => `${builtPrefix}${project}-${service.toLowerCase()}:latest`),
  }
}

/** The whole project as a file of ours: the user's, but for what would touch what is theirs. Pure. */
export function ownDocument(given: ComposeDocument, options: OwnOptions): ComposeDocument {
  const { names, labels, edges, say } = options
  const worn = Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, dollarsDoubled(value)]))
  const taken = [...options.taken]
  const how = { taken, isKept: edges !== undefined, say }
  const moved = new Map(networkKeys(given).map((key) => [key, ownNetwork(key, given, how)] as const))
  const own = (edges ?? []).map((service) => [edgeKey(service), { network: edgeNetwork }] as const)
  const networks = [...moved, ...own].map(([key, { network }]) => {
    return [key, { ...network, name: names.networks[key], labels: { ...theirLabels(network), ...worn } }] as const
  })
  const volumes = Object.entries(given.volumes ?? {}).map(([key, one]) => {
    const volume = ownVolume(key, one, options)
    return [key, { ...volume, name: names.volumes[key], labels: { ...theirLabels(volume), ...worn } }] as const
  })
  const services = Object.entries(given.services).map(([service, one]) => {
    return [service, ownService(service, one, { ...options, worn, given, moved })] as const
  })
  // The name of the user's project is not ours, and 1.29 does not know the key.
  const { name: _, ...rest } = given
  return {
    ...rest,
    services: Object.fromEntries(services),
    networks: Object.fromEntries(networks),
    volumes: Object.fromEntries(volumes),
  }
}

/** Without what would say whose it is, or which part of ours. */
function theirLabels({ labels }: Pick<DocumentService, 'labels'>): Record<string, string> {
  const isOurs = (name: string) => /^(?:badgateway|com\.docker\.compose)(?:\.|$)/.test(name)
  return Object.fromEntries(Object.entries(pairsOf(labels)).filter(([name]) => !isOurs(name)))
}

interface ServiceOptions extends OwnOptions {
  readonly worn: Record<string, string>
  readonly given: ComposeDocument
  readonly moved: ReadonlyMap<string, Moved>
}

/** Keys that are about the user's own project, or have done their work when Compose has told the whole. */
const dropped = ['container_name', 'profiles', 'external_links', 'develop', 'env_file', 'pull_policy', 'extends']

function ownService(service: string, one: DocumentService, options: ServiceOptions): DocumentService {
  const { say, worn, major, proxyServices } = options
  tellKept(service, one, say)
  const isOpened = one.read_only === true && proxyServices.includes(service)
  if (isOpened)
    say(`service ${inert(service)} is read-only: our copy can be written to, for its configuration is changed`)
  const rest = Object.fromEntries(Object.entries(one).filter(([key]) => !dropped.includes(key)))
  return {
    ...rest,
    ...imageOf(service, one, options),
    ...hostsOf(service, one, options),
    ...(major === 1 ? {} : { pull_policy: 'never' }),
    ...(isOpened ? { read_only: false } : {}),
    labels: { ...theirLabels(one), ...worn },
    ports: portsOf(service, one, options),
    volumes: (one.volumes ?? []).map((mount) => ownMount(mount, options.at)),
    ...(one.network_mode ? {} : { networks: networksOf(service, one, options) }),
  }
}

function tellKept(service: string, one: DocumentService, say: (line: string) => void): void {
  const links = one.external_links ?? []
  if (links.length > 0)
    say(`service ${inert(service)} is linked to ${inert(links.join(', '))}, which is not of the project: left out`)
  const rights = [
    ...(one.privileged ? ['is privileged'] : []),
    ...(one.cap_add?.length ? [`has more rights than usual (cap_add: ${inert(one.cap_add.join(', '))})`] : []),
    ...(one.devices?.length ? ['has devices of the machine'] : []),
    ...mountsOf(one).flatMap((mount) => (mount.kind === 'bind' && mount.source === '/' ? ['sees all files'] : [])),
  ]
  for (const right of rights)
    say(`service ${inert(service)} ${right}: what it does to the machine itself is not kept apart`)
}

/** Without the names of the machine itself, where nothing is to leave the copy: a relay there would pass it on. */
function hostsOf(service: string, { extra_hosts: given }: DocumentService, { edges, say }: ServiceOptions) {
  const isMachine = (value: unknown) => JSON.stringify(value).includes('host-gateway')
  if (!edges || !given || !isMachine(given)) return {}
  say(`service ${inert(service)} knows this machine by a name (host-gateway): not in our copy, which nothing leaves`)
  const kept = Array.isArray(given)
    ? given.filter((one) => !isMachine(one))
    : Object.fromEntries(Object.entries(given).filter(([, value]) => !isMachine(value)))
  return { extra_hosts: kept }
}

/** What is built is built under a name of ours; who else uses that image gets the same. */
function imageOf(
  service: string,
  one: DocumentService,
  { names: { images }, given, worn }: ServiceOptions,
): Pick<DocumentService, 'image' | 'build'> {
  const { build } = one
  const tag = images[service]
  if (tag === undefined || !build) {
    const builder = Object.entries(given.services).find(
      ([, other]) => other.build && other.image && other.image === one.image,
    )
    const built = builder && images[builder[0]]
    return one.image ? { image: built ?? one.image } : {}
  }
  const whole = typeof build === 'string' ? { context: build } : build
  const kept = Object.fromEntries(Object.entries(whole).filter(([key]) => !notBuilt.includes(key)))
  return { image: tag, build: { ...kept, labels: { ...theirLabels(whole), ...worn } } }
}

/** Would give other names to the image, write elsewhere, or ask a registry for what is there. */
const notBuilt = ['tags', 'cache_to', 'pull']

/** A port of the machine for each; where there are several containers of it the engine chooses. */
function portsOf(service: string, one: DocumentService, { publish, edges, freePort }: ServiceOptions): string[] {
  if (edges && !edges.includes(service)) return []
  const wanted = publish.filter((port) => port.service === service).map(({ port }) => `${port}/tcp`)
  const given = (one.ports ?? []).map(portOf).map(({ target, protocol }) => `${target}/${protocol}`)
  const isOne = replicasOf(one) === 1
  return [...new Set([...given, ...wanted])].map((port) => `127.0.0.1:${isOne ? freePort() : ''}:${port}`)
}

/** A name that was fixed is an alias now, for others may ask for it. */
function networksOf(service: string, one: DocumentService, options: ServiceOptions): DocumentService['networks'] {
  const { moved, edges = [] } = options
  const { networks, container_name: fixed } = one
  const keys = namesOf(networks).length === 0 ? [defaultNetwork] : namesOf(networks)
  const own = keys.map((key) => {
    const joined = (networks && !Array.isArray(networks) ? networks[key] : undefined) ?? {}
    const { ipv4_address: v4, ipv6_address: _v6, aliases, ...rest } = joined
    const address = v4 === undefined ? undefined : moved.get(key)?.address(v4)
    const known = [...(aliases ?? []), ...(fixed ? [fixed] : [])]
    return [
      key,
      {
        ...rest,
        ...(known.length === 0 ? {} : { aliases: known }),
        ...(address === undefined ? {} : { ipv4_address: address }),
      },
    ] as const
  })
  return Object.fromEntries([...own, ...(edges.includes(service) ? [[edgeKey(service), {}] as const] : [])])
}

function ownMount(given: DocumentMount, at: (source: string) => string): DocumentMount {
  if (typeof given === 'string') {
    const [first = '', ...rest] = given.split(':')
    return [rest.length > 0 ? at(first) : first, ...rest].map(dollarsDoubled).join(':')
  }
  const [mount] = mountOf(given)
  return mount?.kind === 'bind' ? { ...given, source: dollarsDoubled(at(mount.source)) } : given
}

/** A fresh one. Where the user's lies elsewhere, what is in it is not there. */
function ownVolume(key: string, given: DocumentVolume | null, { at, say }: OwnOptions): DocumentVolume {
  if (given === null) return {}
  if (isExternal(given)) {
    say(`volume ${inert(given.name ?? key)} is external: a fresh, empty one is in its place`)
    return {}
  }
  const { external: _, driver = 'local', driver_opts: options, ...rest } = given
  const device = deviceOf(given)
  if (device !== undefined) return { ...rest, driver_opts: { ...options, device: dollarsDoubled(at(device)) } }
  if ((driver ?? 'local') === 'local' && (!options || options['type'] === 'tmpfs')) {
    return { ...rest, ...(options ? { driver_opts: options } : {}) }
  }
  const where = inert(options?.['type'] ?? driver ?? '')
  say(`volume ${inert(key)} lies elsewhere (${where}): a fresh, empty one is in its place`)
  return rest
}
