import type { SurveyFacts } from '../facts.ts'
import { type ProjectInput, takenNames } from '../schema.ts'
import { Book, type Outside, type Understood } from './book.ts'
import { type ChosenProxy, chooseProxy, type Front, frontOf } from './choose.ts'
import { dependenciesOf } from './dependencies.ts'
import { monitoringOf } from './monitoring.ts'
import { proxyEntry } from './proxy-entry.ts'
import { containersOf, type UpstreamInput, upstreamEntry } from './upstream-entry.ts'

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
  const site = proxy && frontOf(proxy)
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

function described(facts: SurveyFacts, proxy: ChosenProxy, site: Front, book: Book): Pick<Survey, 'project' | 'pages'> {
  const pages: Record<string, readonly string[]> = {}
  const main = proxyEntry(proxy, site, book)
  const upstreams: Record<string, UpstreamInput> = {}
  for (const { group, listener } of site.reached) {
    const beside = site.reached.filter((one) => one.listener === listener).map((one) => one.group)
    const around = { proxy, all: facts.containers, book, beside, front: site.listener }
    const found = upstreamEntry(group, listener, around)
    upstreams[group.name] = found.entry
    pages[group.name] = found.pages
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
    stack: {
      compose: [...facts.compose],
      ...(facts.profiles.length > 0 ? { profiles: [...facts.profiles] } : {}),
      ...(facts.outside ? { outside: true } : {}),
    },
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
