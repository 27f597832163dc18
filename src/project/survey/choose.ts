import { type Directive, filesOf, type Model, modelOf, readConfiguration } from '../../nginx/index.ts'
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
  readonly model: Model
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
  const model = modelOf(configuration)
  const listeners = listenersOf(model.all)
  const own = new Set(listeners.map(({ port }) => port))
  const names = new Names(facts.containers, container)
  const groups = groupsOf(model, { names, proxy: container, containers: facts.containers, book, own })
  return { container, found, main: files.main, model, listeners, groups, book }
}

export interface Site {
  readonly listener: Listener
  /** Groups that its users reach, and from which server block each. */
  readonly reached: readonly { readonly group: Group; readonly server: Directive; readonly listener: Listener }[]
  /** Groups that nobody reaches at this port. */
  readonly apart: readonly Group[]
}

/** The `server` block whose users meet most; other blocks of its port count where their names tell them apart. */
export function siteOf({ listeners, groups, container }: ChosenProxy): Site | undefined {
  const open = listeners.filter(({ isLoopback, proxyProtocol }) => !isLoopback && !proxyProtocol)
  const isPublished = ({ port }: Listener) => container.published.includes(port)
  const score = (one: Listener) =>
    10 * groups.filter((group) => serves(one.server, group, listeners)).length +
    (isPublished(one) ? 5 : 0) +
    (one.isDefault ? 2 : 0) +
    (one.tls ? 0 : 1)
  const passing = open.filter(({ server }) => groups.some((group) => serves(server, group, listeners)))
  const [listener] = passing.toSorted((a, b) => score(b) - score(a) || a.at - b.at)
  if (!listener) return undefined
  const beside = passing.filter(({ port, server }) => port === listener.port && server !== listener.server)
  const reached = groups.flatMap((group) => {
    const at = [listener, ...beside].find(({ server }) => serves(server, group, listeners))
    return at ? [{ group, server: at.server, listener: at }] : []
  })
  return { listener, reached, apart: groups.filter((group) => reached.every((one) => one.group !== group)) }
}

/** Whether a server block passes requests on to a group, by itself or by a hop to another one of the same Nginx. */
export function serves(server: Directive, group: Group, listeners: readonly Listener[]): boolean {
  if (group.passes.some(({ directive }) => directive.within('server') === server)) return true
  return hopsOf(server, listeners).some((next) =>
    group.passes.some(({ directive }) => directive.within('server') === next),
  )
}

/** Server blocks of the same Nginx that it passes requests on to over its own loopback. */
function hopsOf(server: Directive, listeners: readonly Listener[]): readonly Directive[] {
  const targets = passTargets(server)
  const inner = listeners.filter((one) => one.server !== server)
  return inner.filter(({ port }) => targets.includes(port)).map((one) => one.server)
}

function passTargets(block: Directive): number[] {
  return (block.block ?? []).flatMap((one): number[] => {
    if (one.block) return passTargets(one)
    const port = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d+))?/.exec(one.args[0] ?? '')
    return one.name === 'proxy_pass' && port ? [Number(port[1] ?? 80)] : []
  })
}
