import type { ContainerFacts } from '../facts.ts'
import type { ProjectInput, Protocol } from '../schema.ts'
import type { Book } from './book.ts'
import type { ChosenProxy } from './choose.ts'
import { type Group, placeOf, socketInside } from './groups.ts'
import { healthAsked } from './health.ts'
import { serverNames } from './names.ts'
import { locationsOf, locationText, type Page, pagesOf } from './pages.ts'
import { type Listener, nameOf } from './site.ts'

export type UpstreamInput = ProjectInput['upstreams'][string]

interface Around {
  readonly proxy: ChosenProxy
  readonly all: readonly ContainerFacts[]
  readonly book: Book
  /** Groups that the same server block leads to. */
  readonly beside: readonly Group[]
  /** The server block of the site itself. */
  readonly front: Listener
}

export const containersOf = ({ spots }: Group): ContainerFacts[] => [
  ...new Set(spots.flatMap(({ containers }) => containers)),
]

/** One of `upstreams` of badgateway.yaml, and the paths that may be its page in the order to ask for them. */
export function upstreamEntry(
  group: Group,
  listener: Listener,
  around: Around,
): { entry: UpstreamInput; pages: readonly string[] } {
  const { proxy, book, beside, front } = around
  const told = serversEntry(group, around)
  const name = nameOf(listener)
  const pages = pagesOf(group, { sites: proxy.sites, listener, host: name?.host }, beside, told.health)
  const host = listener.site === front.site ? undefined : name?.host
  if (host !== undefined) book.knows(['upstreams', group.name, 'host'], name?.because ?? '')
  const entry = { ...told, ...pageEntry(group, pages, listener, book), ...(host === undefined ? {} : { host }) }
  return { entry, pages: pages.map(({ path }) => path) }
}

const speaksHttp = (protocol: Protocol) => protocol === 'http' || protocol === 'https'

function serversEntry(group: Group, { proxy: { container }, all, book }: Around): UpstreamInput {
  const path = ['upstreams', group.name]
  const [first] = group.spots
  const usual = first?.port
  const servers = group.spots.flatMap(({ containers, port }) => {
    const names = serverNames(containers, all)
    return port === usual || port === undefined ? names : names.map((name) => `${name}:${port}`)
  })
  const [, ...also] = group.names
  if (also.length > 0) book.tells(`${group.name}: ${also.join(', ')} has the same servers`)
  const [one] = first?.containers ?? []
  const socket = first?.socket === undefined || !one ? undefined : socketInside(first.socket, container, one)
  if (socket === undefined) book.knows([...path, 'servers'], group.because)
  else book.guesses([...path, 'servers'], `they share the folder of ${socket}`)
  const where = socket === undefined ? { port: usual ?? 80 } : { socket }
  const told = { servers: [...new Set(servers)], ...where, protocol: group.protocol }
  if (!speaksHttp(group.protocol)) return told
  const checks = containersOf(group).map(({ healthcheck }) => healthAsked(healthcheck, usual))
  const asked = checks.find((check) => check !== undefined)
  if (asked) book.knows([...path, 'health'], asked.because)
  else book.guesses([...path, 'health'], 'no health check asks for a path at this port')
  return { ...told, health: asked?.path ?? '/' }
}

function pageEntry(group: Group, pages: readonly Page[], listener: Listener, book: Book) {
  const page = pages.find(({ isHealth }) => isHealth) ?? pages[0]
  const path = ['upstreams', group.name, 'page']
  book.guesses(path, page?.because ?? 'no path was found that this group alone answers: say one')
  const [location] = locationsOf(group, listener)
  if (location) {
    const because = `${group.because}, location in ${placeOf(location.directive)}`
    book.knows(['upstreams', group.name, 'location'], because)
  }
  return { page: page?.path ?? '/', location: location ? locationText(location) : '/' }
}
