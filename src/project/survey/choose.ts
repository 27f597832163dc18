import { type Directive, filesOf, readConfiguration, Sites } from '../../nginx/index.ts'
import type { ContainerFacts, SurveyFacts } from '../facts.ts'
import { Book } from './book.ts'
import { type Group, groupsOf } from './groups.ts'
import { Names } from './names.ts'
import { type NginxFound, nginxIn } from './proxy.ts'
import { type Listener, listenersOf } from './site.ts'

/** The Nginx of a service, and what it passes on to whom. */
export interface ChosenProxy {
  readonly container: ContainerFacts
  readonly found: NginxFound
  readonly main: string
  readonly sites: Sites
  readonly listeners: readonly Listener[]
  readonly groups: readonly Group[]
  readonly book: Book
}

/** The proxy that users meet; undefined: the book asks which. */
export function chooseProxy(facts: SurveyFacts, book: Book): ChosenProxy | undefined {
  const { containers, proxy: wanted } = facts
  const services = [...new Set(containers.map(({ service }) => service))]
  const found = services.flatMap((service) => {
    const container = containers.find((one) => one.service === service)
    const nginx = container && nginxIn(container)
    return container && nginx ? [{ container, found: nginx }] : []
  })
  if (wanted !== undefined) return choseWanted(wanted, found, facts, book)
  const [only, ...others] = found
  if (!only) {
    const there = services.length > 0 ? `its services are ${services.join(', ')}` : 'it has no containers'
    book.asks(`No Nginx was found in the project (${there}). Say which service it is: --proxy SERVICE`)
    return undefined
  }
  if (others.length === 0) {
    book[only.found.isSure ? 'knows' : 'guesses'](['proxy', 'service'], only.found.because)
    return lookAt(only, facts, book)
  }
  return chooseOf(
    found.map((one) => ({ one, proxy: lookAt(one, facts, new Book()) })),
    facts,
    book,
  )
}

interface Candidate {
  readonly container: ContainerFacts
  readonly found: NginxFound
}

function choseWanted(
  wanted: string,
  found: readonly Candidate[],
  facts: SurveyFacts,
  book: Book,
): ChosenProxy | undefined {
  const one = found.find(({ container }) => container.service === wanted)
  if (one) {
    book.knows(['proxy', 'service'], 'you said so')
    return lookAt(one, facts, book)
  }
  const names = found.map(({ container }) => container.service)
  const there = names.length > 0 ? `Nginx runs in: ${names.join(', ')}` : 'no service of the project runs one'
  book.asks(`No Nginx runs in the service '${wanted}' (${there}). Say which service it is: --proxy SERVICE`)
  return undefined
}

interface Looked {
  readonly one: Candidate
  readonly proxy: ChosenProxy | undefined
}

/** An Nginx that another one passes requests on to is a server; one that passes nothing on is none of ours. */
function chooseOf(all: readonly Looked[], facts: SurveyFacts, book: Book): ChosenProxy | undefined {
  const behind = new Set(
    all.flatMap(({ proxy }) => (proxy?.groups ?? []).flatMap(({ spots }) => spots.flatMap((spot) => spot.containers))),
  )
  const passing = all.filter(({ proxy }) => proxy && proxy.groups.length > 0)
  const front = passing.filter(({ one }) => ![...behind].some(({ service }) => service === one.container.service))
  const [chosen, ...others] = front.length > 0 ? front : all
  const names = all.map(({ one }) => one.container.service)
  if (!chosen?.proxy || others.length > 0) {
    const several = (front.length > 1 ? front : all).map(({ one }) => one.container.service).join(', ')
    book.asks(`Several services run an Nginx: ${several}. Say which one users meet: --proxy SERVICE`)
    return undefined
  }
  const rest = names.filter((name) => name !== chosen.one.container.service)
  book.guesses(
    ['proxy', 'service'],
    `of ${names.join(', ')} it alone has none before it (${rest.join(', ')}: behind it)`,
  )
  return lookAt(chosen.one, facts, book)
}

function lookAt({ container, found }: Candidate, facts: SurveyFacts, book: Book): ChosenProxy | undefined {
  const files = facts.proxies.find(({ service }) => service === container.service)
  if (!files) {
    book.asks(`The configuration of ${container.service} cannot be read: is it running? Its log says why not`)
    return undefined
  }
  const configuration = readConfiguration({ main: files.main, files: filesOf(files.files) })
  for (const { file, line, because, kind } of configuration.unread) {
    if (kind !== 'elsewhere') book.tells(`${file}:${line}: ${because}`)
  }
  const sites = new Sites(configuration)
  for (const pass of sites.model.passes) {
    if (pass.ways.every(({ kind }) => kind !== 'unknown')) continue
    const { name, file, line } = pass.directive
    book.tells(`${name} ${pass.target} in ${file}:${line}: where it leads does not follow from the configuration`)
  }
  const listeners = listenersOf(sites.sites)
  const own = new Set(listeners.map(({ port }) => port))
  const names = new Names(facts.containers, container)
  const groups = groupsOf(sites.groups, { names, proxy: container, containers: facts.containers, book, own })
  return { container, found, main: files.main, sites, listeners, groups, book }
}

export interface Front {
  readonly listener: Listener
  /** Groups that its users reach, and by which server block each. */
  readonly reached: readonly { readonly group: Group; readonly listener: Listener }[]
  /** Groups that no user reaches at this port. */
  readonly apart: readonly Group[]
}

/** The `server` block whose users meet most; other blocks of its port count where their names tell them apart. */
export function frontOf({ listeners, groups, container }: ChosenProxy): Front | undefined {
  const open = listeners.filter(({ isLoopback, listen }) => !isLoopback && !listen.hasProxyProtocol)
  const serving = (one: Listener) => groups.filter((group) => serves(one, group, listeners)).length
  const score = (one: Listener) =>
    10 * serving(one) +
    (container.published.includes(one.port) ? 5 : 0) +
    (one.listen.isDefault ? 2 : 0) +
    (one.listen.isTls ? 0 : 1)
  const passing = open.filter((one) => serving(one) > 0)
  const [listener] = passing.toSorted((a, b) => score(b) - score(a))
  if (!listener) return undefined
  const beside = passing.filter(({ port, site }) => port === listener.port && site !== listener.site)
  const reached = groups.flatMap((group) => {
    const at = [listener, ...beside].find((one) => serves(one, group, listeners))
    return at ? [{ group, listener: at }] : []
  })
  return { listener, reached, apart: groups.filter((group) => reached.every((one) => one.group !== group)) }
}

/** Whether a server block passes requests on to a group, by itself or by a hop to another one of the same Nginx. */
function serves({ site }: Listener, { passes }: Group, listeners: readonly Listener[]): boolean {
  const hops = hopsOf(site.server, listeners)
  return passes.some(({ directive }) => {
    const server = directive.within('server')
    return server !== undefined && (server === site.server || hops.includes(server))
  })
}

/** Server blocks of the same Nginx that it passes requests on to over its own loopback. */
function hopsOf(server: Directive, listeners: readonly Listener[]): readonly Directive[] {
  const targets = passTargets(server)
  const inner = listeners.filter(({ site }) => site.server !== server)
  return inner.filter(({ port }) => targets.includes(port)).map(({ site }) => site.server)
}

function passTargets(block: Directive): number[] {
  return (block.block ?? []).flatMap((one): number[] => {
    if (one.block) return passTargets(one)
    const port = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d+))?/.exec(one.args[0] ?? '')
    return one.name === 'proxy_pass' && port ? [Number(port[1] ?? 80)] : []
  })
}
