import { posix } from 'node:path'
import type { ContainerFacts, SurveyFacts } from '../facts.ts'
import { type ProjectInput, type Protocol, takenNames } from '../schema.ts'
import { Book, type Outside, type Understood } from './book.ts'
import { type ChosenProxy, chooseProxy, type Site, siteOf } from './choose.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Group, placeOf, socketInside } from './groups.ts'
import { healthAsked } from './health.ts'
import { locationText } from './locations.ts'
import { monitoringOf } from './monitoring.ts'
import { serverNames } from './names.ts'
import { locationsOf, type Page, pagesOf } from './pages.ts'
import { isRedirect, nameOf } from './site.ts'

type UpstreamInput = ProjectInput['upstreams'][string]

/** What was understood of a stranger's stack. */
export interface Survey {
  /** What badgateway.yaml would hold; absent: a question must be answered first. */
  readonly project?: ProjectInput
  /** Where each value comes from. */
  readonly understood: readonly Understood[]
  /** What only the user can answer: one sentence each, with what to type. */
  readonly questions: readonly string[]
  /** Upstreams that are no container of the project: never touched. */
  readonly outside: readonly Outside[]
  /** What is worth knowing beside it, a sentence each. */
  readonly notes: readonly string[]
  /** Paths that may be the page of an upstream, in the order in which to ask for them. */
  readonly pages: Readonly<Record<string, readonly string[]>>
}

/** Reads a stack from what its containers say, and from the configuration of its proxy. Pure. */
export function surveyOf(facts: SurveyFacts): Survey {
  const book = new Book()
  const proxy = chooseProxy(facts, book)
  const site = proxy && siteOf(proxy)
  if (proxy && !site) book.asks(nothingPassed(proxy))
  const odd = site?.reached.map(({ group }) => group.name).filter((name) => takenNames.includes(name)) ?? []
  for (const name of odd)
    book.asks(`The upstream '${name}' has a name with another meaning here: give the block another one`)
  const told = proxy && site && odd.length === 0 ? described(facts, proxy, site, book) : { pages: {} }
  const { understood, questions, outside, notes } = book
  return { ...told, understood, questions, outside, notes }
}

function nothingPassed({ container, main, groups, listeners }: ChosenProxy): string {
  const { service } = container
  if (groups.length === 0) {
    return `${service} passes no request on to a container of the project (${main}). Is it the proxy? --proxy SERVICE`
  }
  const why = listeners.length === 0 ? 'has no site that speaks HTTP' : 'reaches them on no port that is open to users'
  return `${service} passes requests on to ${groups.map(({ name }) => name).join(', ')} and ${why} (${main})`
}

function described(facts: SurveyFacts, proxy: ChosenProxy, site: Site, book: Book): Pick<Survey, 'project' | 'pages'> {
  const pages: Record<string, readonly string[]> = {}
  const main = proxyOf(proxy, site, book)
  const upstreams: Record<string, UpstreamInput> = {}
  for (const { group, server, listener } of site.reached) {
    const told = upstreamOf(group, proxy, site, facts, book)
    const found = pagesOf(
      group,
      server,
      site.reached.filter((one) => one.server === server).map((one) => one.group),
      told.health,
    )
    const name = nameOf(listener)
    const host = listener.server === site.listener.server ? undefined : name?.host
    if (host !== undefined) book.knows(['upstreams', group.name, 'host'], name?.because ?? '')
    upstreams[group.name] = { ...told, ...pageOf(group, found, server, book), ...(host === undefined ? {} : { host }) }
    pages[group.name] = found.map(({ path }) => path)
  }
  for (const { name, because } of site.apart) {
    book.tells(`${name} is left out: no user reaches it at port ${site.listener.port} (${because})`)
  }
  const groups = site.reached.map(({ group }) => ({ name: group.name, containers: containersOf(group) }))
  const monitoring = monitoringOf(facts, book)
  const used = new Set([
    proxy.container.service,
    ...groups.flatMap(({ containers }) => containers.map(({ service }) => service)),
    ...[monitoring.prometheus, monitoring.alertmanager].flatMap((one) => one?.service ?? []),
  ])
  const dependencies = dependenciesOf(facts.containers, groups, used, book)
  book.guesses(['traffic', 'ratePerS'], 'nothing tells how many users there are: see init --from-access-log')
  const project: ProjectInput = {
    stack: { compose: [...facts.compose], ...(facts.profiles.length > 0 ? { profiles: [...facts.profiles] } : {}) },
    proxy: main,
    upstreams,
    ...(dependencies.length > 0 ? { dependencies: Object.fromEntries(dependencies.map(dependencyEntry)) } : {}),
    ...monitoringEntry(monitoring),
    traffic: {
      users: 20,
      ratePerS: 20,
      mix: Object.values(upstreams).map(({ page = '/', host }) => requestFor(page, host)),
    },
  }
  return { project, pages }
}

type DependencyInput = NonNullable<ProjectInput['dependencies']>[string]

function dependencyEntry(one: ReturnType<typeof dependenciesOf>[number]): [string, DependencyInput] {
  const { name, service, kind, port, of } = one
  return [name, { service, kind, ...(port === undefined ? {} : { port }), of: [...of] }]
}

function monitoringEntry({ rules, prometheus, alertmanager }: ReturnType<typeof monitoringOf>): Partial<ProjectInput> {
  if (rules.length === 0 && !prometheus && !alertmanager) return {}
  const monitoring = {
    ...(rules.length > 0 ? { rules: [...rules] } : {}),
    ...(prometheus ? { prometheus } : {}),
    ...(alertmanager ? { alertmanager } : {}),
  }
  return { monitoring }
}

/** A user's request for the page of a group. */
export const requestFor = (path: string, host?: string) => ({
  path,
  ...(host === undefined ? {} : { headers: { host } }),
})

const containersOf = ({ spots }: Group): ContainerFacts[] => [...new Set(spots.flatMap(({ containers }) => containers))]

function proxyOf(
  { container, main, found, model, listeners }: ChosenProxy,
  { listener }: Site,
  book: Book,
): ProjectInput['proxy'] {
  const { port, tls, server } = listener
  const place = placeOf(server)
  book.knows(['proxy', 'config'], `${found.because}: ${posix.basename(main)}`)
  const others = listeners.filter((one) => one.port !== port && !one.isLoopback && !isRedirect(one.server))
  if (others.length === 0 || container.published.includes(port)) book.knows(['proxy', 'port'], `listen in ${place}`)
  else
    book.guesses(
      ['proxy', 'port'],
      `listen in ${place}; it listens on ${others.map((one) => one.port).join(', ')}, too`,
    )
  const name = nameOf(listener)
  if (!name) book.guesses(['proxy', 'host'], `no name of the server in ${place} can be asked for: say one`)
  else book[name.guessed ? 'guesses' : 'knows'](['proxy', 'host'], `${name.because} in ${place}`)
  const within = (one: { within(...names: string[]): unknown }) => one.within('server') === server
  if (
    model.all.some(
      (one) => one.name === 'auth_basic' && one.args[0] !== 'off' && (within(one) || !one.within('server')),
    )
  ) {
    book.tells('The site asks for a password (auth_basic): give the requests of traffic.mix an authorization header')
  }
  if (server.own('ssl_verify_client').some(({ args: [first] }) => first === 'on')) {
    book.tells('The site asks users for a certificate (ssl_verify_client), and ours have none: they will be refused')
  }
  if (model.all.some((one) => one.name === 'limit_req' && (within(one) || !one.within('server')))) {
    book.tells('The site limits requests by limit_req: users of one address may be refused before anything breaks')
  }
  return {
    service: container.service,
    config: main,
    port,
    scheme: tls ? 'https' : 'http',
    ...(name?.host === undefined ? {} : { host: name.host }),
  }
}

const speaksHttp = (protocol: Protocol) => protocol === 'http' || protocol === 'https'

function upstreamOf(
  group: Group,
  { container }: ChosenProxy,
  _site: Site,
  facts: SurveyFacts,
  book: Book,
): UpstreamInput {
  const path = ['upstreams', group.name]
  const all = facts.containers
  const [first] = group.spots
  const usual = first?.port
  const servers = group.spots.flatMap(({ containers, port }) => {
    const names = serverNames(containers, all)
    return port === usual || port === undefined ? names : names.map((name) => `${name}:${port}`)
  })
  book.knows([...path, 'servers'], group.because)
  if (group.also.length > 0) book.tells(`${group.name}: ${group.also.join(', ')} has the same servers`)
  const [one] = first?.containers ?? []
  const socket = first?.socket === undefined || !one ? undefined : socketInside(first.socket, container, one)
  if (socket !== undefined) book.guesses([...path, 'servers'], `they share the folder of ${socket}`)
  const where = socket === undefined ? { port: usual ?? 80 } : { socket }
  const told = { servers: [...new Set(servers)], ...where, protocol: group.protocol }
  if (!speaksHttp(group.protocol)) return told
  const checks = containersOf(group).map(({ healthcheck }) => healthAsked(healthcheck, usual))
  const asked = checks.find((check) => check !== undefined)
  if (asked) book.knows([...path, 'health'], asked.because)
  else book.guesses([...path, 'health'], 'no health check asks for a path at this port')
  return { ...told, health: asked?.path ?? '/' }
}

function pageOf(group: Group, pages: readonly Page[], server: Parameters<typeof locationsOf>[1], book: Book) {
  const page = pages.find(({ isHealth }) => isHealth) ?? pages[0]
  const path = ['upstreams', group.name, 'page']
  if (page) book.guesses(path, page.because)
  else book.guesses(path, 'no path was found that this group alone answers: say one')
  const [location] = locationsOf(group, server)
  if (location) book.knows(['upstreams', group.name, 'location'], `${group.because}, location in ${placeOf(location)}`)
  return { page: page?.path ?? '/', location: location ? locationText(location) : '/' }
}
