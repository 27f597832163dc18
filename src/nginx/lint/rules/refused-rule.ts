import type { Family, Model } from '../../knowledge/model.ts'
import { compareVersions } from '../../knowledge/units.ts'
import { unknown } from '../../knowledge/variables.ts'
import type { Directive } from '../../read/directive.ts'
import type { Rule, Trapped } from '../rule.ts'
import { refusedBuffers } from './refused-buffers.ts'
import { refusedLocations } from './refused-locations.ts'
import { refusedNames } from './refused-names.ts'
import { refusedPatterns } from './refused-patterns.ts'
import { refusedPlaces } from './refused-places.ts'
import { addressTrouble, refusedServers } from './refused-servers.ts'
import { refusedValues } from './refused-values.ts'

/** What Nginx can read and refuses all the same: at start, at `nginx -t`, at a reload. */
export const refusedRule: Rule = {
  trap: 'refused-by-nginx',
  level: 'trap',
  claims: 'Values that Nginx reads and does not take; said in its own words.',
  because: 'Nginx does not start with it, and a reload goes on with the old configuration.',
  remedy: 'Let `nginx -t` look at it before each reload.',
  bad: 'upstream web { ip_hash; server 10.0.0.1:80; server 10.0.0.2:80 backup; }',
  good: 'upstream web { least_conn; server 10.0.0.1:80; server 10.0.0.2:80 backup; }',
  find: (model, { version }) => [
    ...forVersion(model, version),
    ...unresolved(model),
    ...upstreams(model),
    ...addresses(model),
    ...refusedLocations(model),
    ...refusedNames(model),
    ...refusedPatterns(model),
    ...refusedServers(model),
    ...refusedPlaces(model),
    ...refusedBuffers(model),
    ...refusedValues(model),
  ],
}

/** What one version takes and another does not. */
function forVersion({ all, upstreams: groups }: Model, version: string | undefined): Trapped[] {
  if (version === undefined) return []
  const isOld = compareVersions(version, '1.27.3') < 0
  const servers = groups.flatMap((group) => group.servers).filter(({ options }) => isOld && options.has('resolve'))
  const isNew = compareVersions(version, '1.25.1') >= 0
  const switches = all.filter(({ name, block, parent }) => isNew && name === 'ssl' && !block && parent?.name !== 'map')
  return [
    ...servers.map(({ directive }) => ({ directive, says: `invalid parameter "resolve", until 1.27.3 (${version})` })),
    ...switches.map((directive) => ({ directive, says: `unknown directive "ssl", since 1.25.1 (${version})` })),
  ]
}

/** A name that is to be followed needs somebody to ask: in the upstream, or in the http block. */
function unresolved({ upstreams: groups, effects }: Model): Trapped[] {
  return groups.flatMap(({ name, servers, directive: group }) => {
    const [first] = servers.filter(({ options }) => options.has('resolve'))
    const asked = first ? effects.at(first.directive, 'resolver') : undefined
    const isWhole = group.within('http', 'stream') !== undefined
    if (!first || !isWhole || !asked?.isSure || asked.directives.length > 0) return []
    const says = `no resolver defined to resolve names at run time in upstream "${name}"`
    return [{ directive: first.directive, says }]
  })
}

const withoutBackup = ['hash', 'ip_hash', 'random']

function upstreams({ upstreams: all }: Model): Trapped[] {
  const seen = new Set<string>()
  return all.flatMap(({ name, directive, protocol, servers, isKnown }) => {
    const key = `${protocol} ${name.toLowerCase()}`
    const found: Trapped[] = seen.has(key) ? [{ directive, says: `duplicate upstream "${name}"` }] : []
    seen.add(key)
    const own = directive.block ?? []
    const method = own.findIndex((one) => withoutBackup.includes(one.name))
    // A server that stands before the method was read when `backup` was still allowed.
    const backup =
      method < 0 ? undefined : own.slice(method).find((one) => one.name === 'server' && one.args.includes('backup'))
    if (backup) found.push({ directive: backup, says: 'balancing method does not support parameter "backup"' })
    if (!isKnown) return found
    // Nginx Plus takes servers of a zone at run time.
    const canBeFilled = directive.has('zone', 'state')
    if (servers.length === 0 && !canBeFilled)
      found.push({ directive, says: `no servers are inside upstream "${name}"` })
    else if (servers.length > 0 && servers.every(({ options }) => options.has('backup'))) {
      found.push({ directive, says: `no servers in upstream "${name}"` })
    }
    const resolved =
      directive.own('zone').length > 0 ? undefined : servers.find(({ options }) => options.has('resolve'))
    if (resolved)
      found.push({ directive: resolved.directive, says: 'parameter "resolve" needs a zone in the upstream' })
    return found
  })
}

function addresses({ passes, upstreams: all, isWhole, hasUnread, broken }: Model): Trapped[] {
  const names = new Set(all.map(({ name, protocol }) => `${protocol} ${name.toLowerCase()}`))
  return passes.flatMap(({ directive, family, protocol, variables, ways: [way], target }) => {
    const isFixed = variables.length === 0 && !!way && !way.host.includes(unknown) && !way.port.includes(unknown)
    // Words that a template fills in are nobody's mistake.
    if (!isFixed || directive.args.length !== 1 || /[^\w.:/?=&%~+@#[\]-]|@[A-Z_]+@/.test(target)) return []
    const isProxy = family === 'proxy' && protocol === 'http'
    if (isProxy && /^[\w.:/-]+$/.test(target) && !/^https?:\/\//i.test(target)) {
      return [{ directive, says: 'invalid URL prefix' }]
    }
    if (way.port !== '' && names.has(`${protocol} ${way.host}`)) {
      return [{ directive, says: `upstream "${way.host}" may not have port ${way.port}` }]
    }
    const place = withoutScheme(target, family, protocol)
    // A name without a port may be a group of another file, unless there is none.
    const isAll = isWhole && !hasUnread && broken.size === 0
    const mayBeGroup = !isAll && /^[\w.-]+$/.test(place) && way.kind !== 'address'
    const isGroup = names.has(`${protocol} ${place.toLowerCase()}`) || mayBeGroup
    const wrong = isGroup && place !== '' ? undefined : addressTrouble(place, { needsPort: !isProxy, hasPath: isProxy })
    if (wrong !== undefined) return [{ directive, says: wrong }]
    const path = pathOf(target)
    if (isProxy && path !== undefined && cannotHavePath(directive.parent)) {
      return [{ directive, says: '"proxy_pass" cannot have URI part in a place that has no prefix to replace' }]
    }
    return []
  })
}

/** Each module knows its own: FastCGI and memcached have none. */
const schemes: Partial<Record<Family, RegExp>> = {
  proxy: /^https?:\/\//i,
  uwsgi: /^s?uwsgi:\/\//i,
  grpc: /^grpcs?:\/\//i,
}

const withoutScheme = (target: string, family: Family, protocol: string) =>
  protocol === 'stream' ? target : target.replace(schemes[family] ?? /^$/, '')

/** What stands behind the host, or behind the second colon of a socket. */
function pathOf(target: string): string | undefined {
  const rest = target.replace(/^https?:\/\//i, '')
  if (/^unix:/i.test(rest)) return rest.split(':')[2] || undefined
  return /[/?#].*$/.exec(rest)?.[0]
}

/** A location by expression or name, `if`, `limit_except`. */
function cannotHavePath(block: Directive | null): boolean {
  if (block?.name === 'if' || block?.name === 'limit_except') return true
  return block?.name === 'location' && /^(~|@)/.test(block.args[0] ?? '')
}
