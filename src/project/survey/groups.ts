import type { Directive, GroupServer, Group as NginxGroup } from '../../nginx/index.ts'
import type { ContainerFacts } from '../facts.ts'
import type { Protocol } from '../schema.ts'
import type { Book } from './book.ts'
import { isLoopback, type Names } from './names.ts'

/** Where one server of a group listens. */
export interface Spot {
  readonly containers: readonly ContainerFacts[]
  readonly port?: number
  /** Path of the Unix socket in the proxy. */
  readonly socket?: string
}

/** Servers that the proxy takes for each other. */
export interface Group extends Pick<NginxGroup, 'passes'> {
  readonly name: string
  readonly protocol: Protocol
  readonly spots: readonly Spot[]
  readonly because: string
  /** What the configuration calls it; several where blocks have the very same servers. */
  readonly names: readonly string[]
}

interface Around {
  readonly names: Names
  readonly proxy: ContainerFacts
  readonly containers: readonly ContainerFacts[]
  readonly book: Book
  /** Ports that the proxy itself listens on. */
  readonly own: ReadonlySet<number>
}

/** Every group that is made of containers of the project; what is none of them is told. */
export function groupsOf(found: readonly NginxGroup[], around: Around): Group[] {
  const used = found.filter(({ passes }) => passes.length > 0)
  return unique(merged(used.flatMap((group) => drafted(group, around))), around)
}

export const placeOf = ({ file, line }: Directive): string => `${file}:${line}`

function drafted({ name, directive, servers, protocols, passes, isKnown }: NginxGroup, around: Around): Group[] {
  const [pass] = passes
  if (!pass) return []
  const because = directive
    ? `upstream ${name} in ${placeOf(directive)}`
    : `${pass.directive.name} ${pass.target} in ${placeOf(pass.directive)}`
  if (!isKnown) around.book.tells(`${because}: some of its servers are named elsewhere`)
  const spots = servers.flatMap((server) => {
    const isPlaceholder = server.isDown && (isLoopback(server.host ?? '') || /^0\.0\.0\./.test(server.host ?? ''))
    const why = directive ? `server ${server.address} in ${placeOf(server.directive)}` : because
    return isPlaceholder ? [] : (spotOf(server, why, around) ?? [])
  })
  const [first] = spots[0]?.containers ?? []
  if (!first) return []
  // A socket is no name for people.
  const called = name.startsWith('unix:') ? first.service : name
  const protocol = spoken[protocols[0] ?? 'http']
  return [{ name: called, names: [name], protocol, spots, passes, because }]
}

const spoken: Readonly<Record<NginxGroup['protocols'][number], Protocol>> = {
  http: 'http',
  https: 'https',
  fastcgi: 'fastcgi',
  uwsgi: 'uwsgi',
  suwsgi: 'uwsgi',
  scgi: 'scgi',
  grpc: 'grpc',
  grpcs: 'grpcs',
  memcached: 'tcp',
  tcp: 'tcp',
  udp: 'tcp',
}

function spotOf({ host, port, socket, address }: GroupServer, because: string, around: Around): Spot | undefined {
  const { names, proxy, containers, book, own } = around
  if (socket !== null) {
    const found = behindSocket(socket, proxy, containers)
    if (found.length > 0) return { containers: found, socket }
    book.leavesOut(`unix:${socket}`, `${because}: no other container has this socket's folder`)
    return undefined
  }
  if (host === null || port === null || port > 65_535) {
    book.tells(`${because}: where ${address} leads does not follow from the configuration`)
    return undefined
  }
  const found = names.resolve(host)
  if (found) return { containers: found.containers, port }
  if (isLoopback(host)) {
    // A hop from one of its own servers to the next; what that one passes on is looked at by itself.
    if (!own.has(port)) book.leavesOut(`${host}:${port}`, `${because}: it is in the proxy's own container`)
    return undefined
  }
  book.leavesOut(`${host}:${port}`, `${because}: no container is called so`)
  return undefined
}

/** Containers that mount the same folder as the proxy where a socket lies. */
function behindSocket(
  socket: string,
  proxy: ContainerFacts,
  all: readonly ContainerFacts[],
): readonly ContainerFacts[] {
  const mount = proxy.mounts
    .filter(({ target }) => socket.startsWith(`${target.replace(/\/$/, '')}/`))
    .sort((a, b) => b.target.length - a.target.length)[0]
  if (!mount) return []
  const sharing = all.filter(
    ({ id, mounts }) => id !== proxy.id && mounts.some(({ source }) => source === mount.source),
  )
  const [first] = sharing
  const apps = sharing.filter(({ mainProcess }) =>
    /fpm|uwsgi|gunicorn|puma|unicorn|daphne|node|python|ruby|php/.test(mainProcess.join(' ')),
  )
  const service = (apps[0] ?? first)?.service
  return sharing.filter((one) => one.service === service)
}

/** The path of the proxy's socket as its server has it. */
export function socketInside(socket: string, proxy: ContainerFacts, server: ContainerFacts): string {
  const mount = proxy.mounts.find(({ target }) => socket.startsWith(`${target.replace(/\/$/, '')}/`))
  const theirs = server.mounts.find(({ source }) => source === mount?.source)
  if (!mount || !theirs) return socket
  return `${theirs.target.replace(/\/$/, '')}${socket.slice(mount.target.replace(/\/$/, '').length)}`
}

const idsOf = ({ spots }: Group) => [...new Set(spots.flatMap(({ containers }) => containers.map(({ id }) => id)))]

const portsOf = ({ spots }: Group) => [...new Set(spots.map(({ port, socket }) => port ?? socket))].sort().join()

/** Blocks with the same servers are one group: a server stands in one. */
function merged(drafts: readonly Group[]): Group[] {
  const kept: Group[] = []
  for (const draft of drafts) {
    const ids = idsOf(draft).sort().join()
    const at = kept.findIndex((one) => idsOf(one).sort().join() === ids && portsOf(one) === portsOf(draft))
    const same = kept[at]
    if (same) {
      kept[at] = { ...same, names: [...same.names, ...draft.names], passes: [...same.passes, ...draft.passes] }
    } else kept.push(draft)
  }
  return kept
}

/** Each server in one group, the first that has it. */
function unique(drafts: readonly Group[], { book }: Around): Group[] {
  const taken = new Map<string, string>()
  return drafts.flatMap((draft): Group[] => {
    const { name } = draft
    const spots = draft.spots.flatMap((spot) => {
      const free = spot.containers.filter(({ id }) => (taken.get(id) ?? name) === name)
      const [lost] = spot.containers.filter(({ id }) => (taken.get(id) ?? name) !== name)
      if (lost) book.tells(`${draft.because}: ${lost.service} is told as a server of '${taken.get(lost.id)}' alone`)
      return free.length > 0 ? [{ ...spot, containers: free }] : []
    })
    for (const { containers } of spots) for (const { id } of containers) taken.set(id, name)
    return spots.length > 0 ? [{ ...draft, spots }] : []
  })
}
