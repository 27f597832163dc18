import type { Directive, Lead, SiteLocation, Sites, Where } from '../../nginx/index.ts'
import type { Group } from './groups.ts'
import { samplesOf } from './samples.ts'
import type { Listener } from './site.ts'

/** A path at the site that one group answers. */
export interface Page {
  readonly path: string
  /** Its health check asks for it, so it answers well. */
  readonly isHealth?: true
  readonly because: string
}

export interface Asking {
  readonly sites: Sites
  readonly listener: Listener
  /** As users of this server ask. */
  readonly host: string | undefined
}

/** Names that a request ends at, where its location hands it on to others, too. */
function reached(leads: readonly Lead[], { sites, listener, host }: Asking, left = 8): string[] {
  return leads.flatMap((lead) => {
    if (lead.kind === 'group') return [lead.group]
    if (lead.kind !== 'location' || left === 0) return []
    const named = listener.site.locations.find(({ kind, name }) => kind === 'named' && name === lead.to)
    const next = named ?? answered(lead.to.replace(/[$?].*$/, ''), { sites, listener, host })
    return next ? reached(next.leads, { sites, listener, host }, left - 1) : []
  })
}

function answered(path: string, { sites, listener, host }: Asking) {
  if (!path.startsWith('/')) return undefined
  const where: Where = { host, port: listener.port }
  const found = sites.answering(path, where)
  return 'because' in found || found.isRedirect || found.server !== listener.site.server ? undefined : found
}

/** The locations of a server whose passes lead to a group. */
export function locationsOf({ passes }: Group, { site }: Listener): readonly SiteLocation[] {
  const own = new Set(passes.map(({ directive }) => directive.within('location')))
  return site.locations.filter(({ directive }) => own.has(directive))
}

/** As the file says it: `= /x`, `/api/`. */
export const locationText = ({ directive }: { directive: Directive }): string => directive.args.join(' ')

/** Paths that this group alone answers at this server: what users see first, then what its health check asks. */
export function pagesOf(group: Group, asking: Asking, groups: readonly Group[], health?: string): Page[] {
  const { listener } = asking
  const all = listener.site.locations
  const others = new Set(groups.filter((one) => one !== group).flatMap(({ names }) => names))
  const leads = (path: string) => {
    const names = reached(answered(path, asking)?.leads ?? [], asking)
    return names.some((name) => group.names.includes(name)) && !names.some((name) => others.has(name))
  }
  const own = all.filter((one) => reached(one.leads, asking).some((name) => group.names.includes(name)))
  const samples = own
    .filter(({ isInternal }) => !isInternal)
    .flatMap((one) =>
      samplesOf(one, all).map((path) => ({ path, because: `location ${locationText(one)} leads to it` })),
    )
  const byHealth = health === undefined ? [] : own.flatMap((one) => healthAt(one, group, health))
  const guarded = own.filter(({ isInternal }) => isInternal).flatMap((one) => guardedBy(one, all))
  const whole = { path: '/', because: 'the server passes everything on to it' }
  const found: Page[] = [...samples, whole, ...byHealth]
  const proven = found.filter(({ path }, at) => found.findIndex((one) => one.path === path) === at && leads(path))
  return proven.length > 0 ? proven : guarded.slice(0, 1)
}

/** The path at the site that becomes the health path at the server: `proxy_pass http://api/` strips its location. */
function healthAt({ kind, name, directive }: SiteLocation, { passes }: Group, health: string): Page[] {
  const isPrefix = kind === 'prefix' || kind === 'only' || kind === 'exact'
  const pass = passes.find((one) => one.directive.within('location') === directive)
  if (!isPrefix || !pass || pass.variables.length > 0) return []
  const uri = /^(?:[a-z]+:\/\/)?[^/]*(\/.*)?$/i.exec(pass.target)?.[1]
  const path = uri === undefined ? health : health.startsWith(uri) ? name + health.slice(uri.length) : undefined
  if (path === undefined || !path.startsWith(name)) return []
  const because = `it is the health check's ${health} through location ${locationText({ directive })}`
  return [{ path, isHealth: true, because }]
}

/** Locations that ask an internal one whether a request may come in. */
function guardedBy({ name }: SiteLocation, all: readonly SiteLocation[]): Page[] {
  return all
    .filter(({ directive }) => directive.own('auth_request').some(({ args }) => args[0] === name))
    .flatMap((one) => samplesOf(one, all).slice(0, 1))
    .map((path) => ({ path, because: `it asks ${name} first, so another group answers, too` }))
}
