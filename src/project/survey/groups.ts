import type { Directive, Model, Pass, Way } from '../../nginx/index.ts'
import { targetOf } from '../../nginx/index.ts'
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
export interface Group {
  readonly name: string
  readonly protocol: Protocol
  readonly spots: readonly Spot[]
  readonly passes: readonly Pass[]
  readonly because: string
  /** Names of groups with the very same servers. */
  readonly also: readonly string[]
}

interface Draft {
  key: string
  name: string
  protocol: Protocol
  spots: Spot[]
  passes: Pass[]
  because: string
  also: string[]
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
export function groupsOf(model: Model, around: Around): Group[] {
  const drafts = new Map<string, Draft>()
  for (const pass of model.passes) {
    if (pass.protocol === 'mail') continue
    for (const way of pass.ways) {
      const draft = drafted(pass, way, around)
      if (!draft) continue
      const known = drafts.get(draft.key)
      if (known) known.passes.push(pass)
      else drafts.set(draft.key, draft)
    }
  }
  return unique(merged([...drafts.values()]), around)
}

export const placeOf = ({ file, line }: Directive): string => `${file}:${line}`

function drafted(pass: Pass, way: Way, around: Around): Draft | undefined {
  const protocol = protocolOf(pass, way)
  const { directive } = pass
  const passText = `${directive.name} ${pass.target} in ${placeOf(directive)}`
  if (way.upstream) {
    const { name, servers, isKnown, directive: block } = way.upstream
    if (!isKnown) around.book.tells(`upstream ${name} in ${placeOf(block)}: some of its servers are named elsewhere`)
    const spots = servers.flatMap(({ address, isDown, directive: server }) => {
      const target = targetOf(address)
      const isPlaceholder = isDown && (isLoopback(target.host) || /^0\.0\.0\./.test(target.host))
      return isPlaceholder ? [] : (spotOf(target, 80, `server ${address} in ${placeOf(server)}`, around) ?? [])
    })
    if (spots.length === 0) return undefined
    const because = `upstream ${name} in ${placeOf(block)}`
    return { key: `${protocol} block ${name}`, name, protocol, spots, passes: [pass], because, also: [] }
  }
  if (way.kind === 'unknown') {
    around.book.tells(`${passText}: where it leads does not follow from the configuration`)
    return undefined
  }
  const spot = spotOf(way, protocol === 'https' || protocol === 'grpcs' ? 443 : 80, passText, around)
  const [first] = spot?.containers ?? []
  if (!spot || !first) return undefined
  const key = `${protocol} ${way.host}:${spot.port ?? ''}`
  return { key, name: first.service, protocol, spots: [spot], passes: [pass], because: passText, also: [] }
}

function protocolOf({ family, protocol }: Pass, { scheme }: Way): Protocol {
  if (protocol === 'stream' || family === 'memcached') return 'tcp'
  if (family === 'grpc') return scheme === 'grpcs' ? 'grpcs' : 'grpc'
  if (family !== 'proxy') return family
  return scheme === 'https' ? 'https' : 'http'
}

function spotOf(
  { kind, host, port: said }: Pick<Way, 'kind' | 'host' | 'port'>,
  usual: number,
  because: string,
  { names, proxy, containers, book, own }: Around,
): Spot | undefined {
  if (kind === 'socket') {
    const socket = host.slice('unix:'.length)
    const found = behindSocket(socket, proxy, containers)
    if (found.length > 0) return { containers: found, socket }
    book.leavesOut(host, `${because}: no other container has this socket's folder`)
    return undefined
  }
  const port = said === '' ? usual : Number(said)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined
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

const idsOf = ({ spots }: Draft) => [...new Set(spots.flatMap(({ containers }) => containers.map(({ id }) => id)))]

/** Blocks with the same servers are one group: a server stands in one. */
function merged(drafts: readonly Draft[]): Draft[] {
  const kept: Draft[] = []
  for (const draft of drafts) {
    const ids = idsOf(draft).sort().join()
    const same = kept.find((one) => idsOf(one).sort().join() === ids && portsOf(one) === portsOf(draft))
    if (same) {
      same.also.push(draft.name)
      same.passes.push(...draft.passes)
    } else kept.push(draft)
  }
  return kept
}

const portsOf = ({ spots }: Draft) => [...new Set(spots.map(({ port, socket }) => port ?? socket))].sort().join()

/** Each server in one group, the first that has it; each name once. */
function unique(drafts: readonly Draft[], { book }: Around): Group[] {
  const taken = new Map<string, string>()
  const names = new Set<string>()
  return drafts.flatMap((draft): Group[] => {
    const name = names.has(draft.name)
      ? `${draft.name}-${portsOf(draft).replace(/\W.*$/, '') || draft.protocol}`
      : draft.name
    const spots = draft.spots.flatMap((spot) => {
      const free = spot.containers.filter(({ id }) => !taken.has(id))
      const [lost] = spot.containers.filter(({ id }) => taken.has(id) && taken.get(id) !== name)
      if (lost) book.tells(`${draft.because}: ${lost.service} is told as a server of '${taken.get(lost.id)}' alone`)
      return free.length > 0 ? [{ ...spot, containers: free }] : []
    })
    if (spots.length === 0) return []
    names.add(name)
    for (const { containers } of spots) for (const { id } of containers) taken.set(id, name)
    return [{ ...draft, name, spots }]
  })
}
