import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import { Effects } from './effect.ts'
import { type Protocol, protocolOf } from './protocol.ts'
import { canBe, type Target, targetOf } from './targets.ts'
import { unknown, Variables } from './variables.ts'

/** One `server` of an upstream. */
export interface UpstreamServer {
  readonly directive: Directive
  /** `web-1:8080`, as it stands there. */
  readonly address: string
  readonly isDown: boolean
  /** `max_fails` → `3`. */
  readonly options: ReadonlyMap<string, string>
}

export interface Upstream {
  readonly name: string
  readonly directive: Directive
  readonly protocol: Protocol
  readonly servers: readonly UpstreamServer[]
  /** False when servers are chosen or named by something that is not read: a script, an include. */
  readonly isKnown: boolean
}

/** The modules that pass requests on: what stands before `_pass`. */
export const families = ['proxy', 'fastcgi', 'uwsgi', 'scgi', 'grpc', 'memcached'] as const
export type Family = (typeof families)[number]

/** Where one `…_pass` leads, one of the ways that it may. */
export interface Way extends Target {
  /** The upstream block it means; undefined: it names a server itself. */
  readonly upstream: Upstream | undefined
}

/** A `proxy_pass`, or one of its family. */
export interface Pass {
  readonly directive: Directive
  readonly family: Family
  readonly protocol: Protocol
  /** As it stands there. */
  readonly target: string
  readonly ways: readonly Way[]
  /** Nginx's variables in it; empty: Nginx looks the name up once, when it reads its configuration. */
  readonly variables: readonly string[]
  readonly upstreams: readonly Upstream[]
}

/** A configuration as the rules read it. */
export interface Model {
  readonly upstreams: readonly Upstream[]
  readonly passes: readonly Pass[]
  /** Passes without a variable by what they name, as `literalKey` has it. */
  readonly literals: ReadonlyMap<string, Pass>
  readonly all: readonly Directive[]
  readonly effects: Effects
  readonly variables: Variables
  /** Whether it begins with a main file, so that what stands outermost there stands outermost for Nginx. */
  readonly isWhole: boolean
  /** Whether something of it was not looked at, anywhere. */
  readonly hasUnread: boolean
  /** Files whose text Nginx refuses: where their blocks end is not known. */
  readonly broken: ReadonlySet<string>
  /** `worker_processes` as it stands there; undefined: it is not in what was given. */
  readonly workers: string | undefined
}

export function modelOf(configuration: Configuration): Model {
  const all = flat(configuration.directives)
  const effects = new Effects(configuration)
  const variables = new Variables(all, (block) => !effects.knows(block))
  const upstreams = all
    .filter(({ name, block, parent }) => name === 'upstream' && block && parent?.name !== 'upstream')
    .map((directive) => upstreamOf(directive, effects))
  const byName = new Map(upstreams.flatMap(namesOf))
  const passes = all.flatMap((directive) => {
    const family = familyOf(directive)
    return family ? [passOf(directive, family, variables, byName)] : []
  })
  const workers = all.find(({ name, parent }) => name === 'worker_processes' && parent === null)?.args[0]
  const literals = new Map(
    passes.flatMap((pass): [string, Pass][] => {
      const [way] = pass.variables.length > 0 ? [] : pass.ways
      return way && !way.upstream && way.kind === 'name' ? [[literalKey(pass, way), pass]] : []
    }),
  )
  const broken = new Set(configuration.unread.flatMap(({ kind, file }) => (kind === 'refused' ? [file] : [])))
  const hasUnread = configuration.unread.some(({ kind, include }) => kind !== 'refused' && include !== null)
  const main = configuration.sources[0]?.file
  const isWhole = configuration.directives.some(({ name, block, file }) => {
    return block !== null && file === main && (name === 'events' || name === 'http')
  })
  return { upstreams, passes, literals, all, effects, variables, isWhole, hasUnread, broken, workers }
}

const defaultPorts = new Map([
  ['http', '80'],
  ['https', '443'],
])

/** What Nginx compares when it looks for a name that it has resolved already. */
export const literalKey = ({ protocol }: Pass, { host, port, scheme }: Way): string =>
  `${protocol} ${host}:${port || (defaultPorts.get(scheme) ?? '')}`

/** All directives in the order of the text, without recursion that a deep file could exhaust. */
function flat(directives: readonly Directive[]): Directive[] {
  const found: Directive[] = []
  const walk = (block: readonly Directive[]) => {
    for (const one of block) {
      found.push(one)
      if (one.block) walk(one.block)
    }
  }
  walk(directives)
  return found
}

function familyOf({ name, block, parent }: Directive): Family | undefined {
  if (block !== null || parent?.name === 'map' || !name.endsWith('_pass')) return undefined
  return families.find((family) => name === `${family}_pass`)
}

/** Where no block says whose it is, a group is anybody's. */
function namesOf(upstream: Upstream): [string, Upstream][] {
  const isTold = upstream.directive.within('http', 'stream', 'mail') !== undefined
  const protocols = isTold ? [upstream.protocol] : ['http', 'stream']
  return protocols.map((protocol) => [`${protocol} ${upstream.name.toLowerCase()}`, upstream])
}

function upstreamOf(directive: Directive, effects: Effects): Upstream {
  const servers = directive.own('server').map(serverOf)
  const isScripted = (directive.block ?? []).some(({ name }) => name.startsWith('balancer_by_'))
  const isKnown = !isScripted && effects.knows(directive)
  return { name: directive.args[0] ?? '', directive, protocol: protocolOf(directive), servers, isKnown }
}

function serverOf(directive: Directive): UpstreamServer {
  const [address = '', ...rest] = directive.args
  const options = new Map(
    rest.map((word) => {
      const at = word.indexOf('=')
      return at < 0 ? ([word, ''] as const) : ([word.slice(0, at), word.slice(at + 1)] as const)
    }),
  )
  return { directive, address, isDown: options.has('down'), options }
}

function passOf(
  directive: Directive,
  family: Family,
  variables: Variables,
  upstreams: ReadonlyMap<string, Upstream>,
): Pass {
  const [target = ''] = directive.args
  const protocol = protocolOf(directive)
  const ways = variables.expand(target, directive).map((text): Way => {
    const way = targetOf(text)
    return { ...way, upstream: upstreamFor(way, protocol, upstreams) }
  })
  const named = [...new Set(ways.flatMap(({ upstream }) => upstream ?? []))]
  return { directive, family, protocol, target, ways, variables: variables.in(target), upstreams: named }
}

/** A group has no port of its own: `http://shop:80` means the host of that name. */
function upstreamFor(way: Target, protocol: Protocol, upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  if (way.kind === 'socket' || way.port !== '') return undefined
  const exact = upstreams.get(`${protocol} ${way.host.split(unknown, 1)[0]}`)
  if (exact || !way.host.includes(unknown) || way.host === unknown) return exact
  return [...upstreams.values()].find((one) => one.protocol === protocol && canBe(way.host, one.name.toLowerCase()))
}
