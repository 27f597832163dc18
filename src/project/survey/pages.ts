import type { Directive } from '../../nginx/index.ts'
import type { Group } from './groups.ts'
import { endsAt, everyLocation, locationFor, locationText, prefixOf, samplesOf } from './locations.ts'

/** A path at the site that one group answers. */
export interface Page {
  readonly path: string
  /** Its health check asks for it, so it answers well. */
  readonly isHealth?: true
  readonly because: string
}

/** Locations whose answer comes from a group, by `…_pass` or `if` in them. */
export function locationsOf({ passes }: Group, server: Directive): readonly Directive[] {
  const own = passes.flatMap(({ directive }) => directive.within('location') ?? [])
  return [...new Set(own)].filter((location) => location.within('server') === server)
}

/** Whether a location that can be asked for is passed on at all, and not only when another one has failed. */
const isAsked = (location: Directive) => !location.has('internal')

/** Paths that this group alone answers at this server: what users see first, then what its health check asks. */
export function pagesOf(group: Group, server: Directive, groups: readonly Group[], health?: string): Page[] {
  const own = locationsOf(group, server)
  const others = new Set(groups.filter((one) => one !== group).flatMap((one) => locationsOf(one, server)))
  const leads = (path: string) => {
    const location = locationFor(server, path)
    const ends = location ? endsAt(location, server) : []
    return ends.some((one) => own.includes(one)) && !ends.some((one) => others.has(one))
  }
  const asked = everyLocation(server).filter(
    (one) => isAsked(one) && endsAt(one, server).some((end) => own.includes(end)),
  )
  const samples = asked.flatMap((location) =>
    samplesOf(location).map((path) => ({ path, because: `location ${locationText(location)} leads to it` })),
  )
  const byHealth = health === undefined ? [] : own.flatMap((location) => healthAt(location, group, health))
  const guarded = own.filter((one) => !isAsked(one)).flatMap((one) => guardedBy(one, server))
  const found = [...samples, ...byHealth, ...guarded].filter(
    ({ path }, at, all) => all.findIndex((one) => one.path === path) === at,
  )
  const proven = found.filter(({ path }) => leads(path))
  return proven.length > 0 ? proven : guarded.slice(0, 1)
}

/** The path at the site that becomes the health path at the server: `proxy_pass http://api/` strips its location. */
function healthAt(location: Directive, { passes }: Group, health: string): Page[] {
  const prefix = prefixOf(location)
  const pass = passes.find(({ directive }) => directive.within('location') === location)
  if (prefix === undefined || !pass || pass.variables.length > 0) return []
  const uri = /^(?:[a-z]+:\/\/)?[^/]*(\/.*)?$/i.exec(pass.target)?.[1]
  const path = uri === undefined ? health : health.startsWith(uri) ? prefix + health.slice(uri.length) : undefined
  if (path === undefined || !path.startsWith(prefix)) return []
  return [
    { path, isHealth: true, because: `it is the health check's ${health} through location ${locationText(location)}` },
  ]
}

/** Locations that ask an internal one whether somebody may come in. */
function guardedBy(internal: Directive, server: Directive): Page[] {
  const [name] = internal.args.slice(-1)
  return everyLocation(server)
    .filter((one) => one.own('auth_request').some(({ args }) => args[0] === name))
    .flatMap((one) => samplesOf(one).slice(0, 1))
    .map((path) => ({ path, because: `it asks ${name} first, so another group answers, too` }))
}
