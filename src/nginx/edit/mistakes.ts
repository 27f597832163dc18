import type { Pass } from '../knowledge/model.ts'
import type { Directive } from '../read/directive.ts'
import type { Configuration } from '../read/read.ts'
import type { Where } from '../sites/choose-server.ts'
import type { Group } from '../sites/upstreams.ts'
import { type Edit, edit } from './edit.ts'
import type { ServerEdit } from './servers.ts'
import type { Change, EditedFile } from './splices.ts'

/** A configuration with one mistake in it, or why this mistake cannot be made in it. */
export type Mistaken =
  | {
      readonly files: readonly EditedFile[]
      readonly changes: readonly Change[]
      /** Whether `nginx -t` refuses it: a reload leaves the old workers, a restart ends the proxy. */
      readonly isRefused: boolean
    }
  | { readonly because: string }

const mistaken = (one: Edit, isRefused = false): Mistaken => {
  return { files: one.files(), changes: one.changes(), isRefused }
}

/** The lowest from 8090 that nothing in the configuration is asked at, and that is not one of `taken`. */
export function closedPort(groups: readonly Group[], taken: readonly number[] = []): number {
  const used = new Set([...taken, ...groups.flatMap(({ servers }) => servers.flatMap(({ port }) => port ?? []))])
  let port = 8_090
  while (used.has(port)) port += 1
  return port
}

/** What is known of a place where nobody listens. */
export interface Elsewhere {
  /** Ports that something listens at, though the configuration does not say so. */
  readonly taken?: readonly number[]
}

/** Every server of the group is asked on a port where nobody listens. */
export function wrongPort(configuration: Configuration, group: string, { taken }: Elsewhere = {}): Mistaken {
  return changed(configuration, group, (one, found) => {
    if (found.servers.every(({ socket }) => socket !== null)) return 'its servers are sockets, which have no port'
    const port = closedPort(one.sites.groups, taken)
    if (found.directive) for (const server of serversOf(one, found)) server.port(port)
    else for (const pass of one.passes(group)) pass.at({ port })
    return undefined
  })
}

/** Every server of the group is called by a name that nobody has: in the domain `invalid`, which nobody can have. */
export function wrongName(configuration: Configuration, group: string, name?: string): Mistaken {
  let isRefused = false
  const found = changed(configuration, group, (one, { directive, servers, passes }) => {
    const named = servers.filter(({ host }) => host !== null)
    if (named.length === 0) return 'its servers are sockets, which have no name'
    const wrong = (host: string) => name ?? `${host.replace(/[^\w.-]/g, '').replace(/\.+$/, '')}.invalid`
    if (!directive) for (const pass of one.passes(group)) pass.at({ host: wrong(group.replace(/:\d+$/, '')) })
    for (const { directive: server, host, address, isResolved } of directive ? named : []) {
      one.server(server).to(wrong(host ?? '') + address.slice(host?.length))
      isRefused ||= !isResolved
    }
    // Without a variable it is looked up as the configuration is read.
    if (!directive) isRefused = passes.some(({ variables }) => variables.length === 0)
    return undefined
  })
  return 'because' in found ? found : { ...found, isRefused }
}

/** One of several servers, from 1, is asked on a port where nobody listens. */
export function oneWrong(
  configuration: Configuration,
  group: string,
  number: number,
  { taken }: Elsewhere = {},
): Mistaken {
  return changed(configuration, group, (one, found) => {
    const { servers } = found
    const server = servers[number - 1]
    if (!found.directive) return 'no `upstream` block lists its servers'
    if (servers.length < 2) return `it has ${servers.length === 1 ? 'one server' : 'no server'}: wrongPort is the same`
    if (!server) return `it has ${servers.length} servers, and no number ${number}`
    if (server.socket !== null) return `${server.address} is a socket, which has no port`
    one.server(server.directive).port(closedPort(one.sites.groups, taken))
    return undefined
  })
}

/** `change` tells why it cannot be. */
function changed(
  configuration: Configuration,
  group: string,
  change: (one: Edit, group: Group) => string | undefined,
): Mistaken {
  const one = edit(configuration)
  const { groups } = one.sites
  const found = groups.find(({ name }) => name === group)
  if (!found) return { because: `it has no group ${group}: there ${are(groups.map(({ name }) => name))}` }
  if (found.servers.length === 0) return { because: `${group}: no server of it is in what was read` }
  const because = change(one, found)
  if (because !== undefined) return { because: `${group}: ${because}` }
  if (one.files().length === 0)
    return { because: `${group}: its name is put together of parts, and stands nowhere whole` }
  return mistaken(one)
}

const are = (names: readonly string[]) =>
  names.length === 0 ? 'is none' : `${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`

const serversOf = (one: Edit, { servers }: Group): ServerEdit[] => servers.map(({ directive }) => one.server(directive))

/** Nobody answers there: a port of the proxy's own that no name server has. */
const deadResolver = '127.0.0.1:1'

/** The names that are looked up while Nginx runs are asked for where nobody answers. */
export function noResolver(configuration: Configuration, address = deadResolver): Mistaken {
  const one = edit(configuration)
  const resolvers = one.find(({ name, block, args }) => name === 'resolver' && block === null && args.length > 0)
  const { model, groups } = one.sites
  if (resolvers.length === 0) {
    const where = model.hasUnread ? 'what was read of it has no `resolver`, and not all was' : 'it has no `resolver`'
    return { because: `${where}: names are looked up once, when Nginx starts` }
  }
  const isAsked = ({ variables, ways }: Pass) => {
    return (
      variables.length > 0 && ways.some(({ upstream, kind }) => !upstream && (kind === 'name' || kind === 'unknown'))
    )
  }
  const isUsed =
    model.passes.some(isAsked) || groups.some(({ servers }) => servers.some(({ isResolved }) => isResolved))
  if (!isUsed) return { because: 'its `resolver` is never asked: no upstream name is looked up while Nginx runs' }
  for (const resolver of resolvers) {
    const options = resolver.args.filter((word) => /^[a-z\d_]+=/.test(word))
    one.set(resolver, address, ...options)
  }
  return mistaken(one)
}

/** A `;` is missing in the file that serves the site: behind its `…_pass`, or behind the last directive of a block. */
export function brokenFile(configuration: Configuration, where: Where = {}): Mistaken {
  const one = edit(configuration)
  const found = one.sites.server(where)
  if ('because' in found) return found
  const inside = one.find((it) => it === found.server || within(it, found.server))
  const passes = one.sites.model.passes.map(({ directive }) => directive).filter((it) => inside.includes(it))
  const lasts = inside.flatMap((it) => (it.block && it.block.length > 0 ? it.block.slice(-1) : []))
  const place = [...passes, ...lasts].find((it) => it.block === null && isEnd(it, passes))
  if (!place) return { because: `${found.server.file}:${found.server.line}: no directive ends a block there` }
  one.splice(place.source, { start: place.end - 1, end: place.end, text: '' })
  return mistaken(one, true)
}

/** A `…_pass` takes one value, so that whatever follows is refused; of others the brace that follows is. */
const isEnd = (directive: Directive, passes: readonly Directive[]) =>
  passes.includes(directive) || /^(\s|#[^\n]*\n)*\}/.test(directive.source.text.slice(directive.end))

function within(directive: Directive, block: Directive): boolean {
  for (let one = directive.parent; one; one = one.parent) if (one === block) return true
  return false
}
