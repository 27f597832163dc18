import { type Fact, type FactOf, factsOf } from '../../../src/journal/facts.ts'
import type { RunRecord } from '../../../src/journal/record.ts'
import { again, change, drop, dropKind, move, type Sabotage, sabotage, story, wallAt } from '../edit.ts'

type Look = FactOf<'stack-seen'>
type Seen = Look['services'][number]
type Moment = Look['moment']
const whose = 'that nobody else had a hand in it'
const heard = 'that everything was heard'
const scraping = 'that the monitoring was up and scraping'

const is = (kind: Fact['kind']) => (fact: Fact) => fact.kind === kind
const lookAt = (moment: Moment) => (fact: Fact) => fact.kind === 'stack-seen' && fact.moment === moment
const seen = (r: RunRecord, moment: Moment, to: (one: Seen, index: number) => Partial<Seen>) =>
  change(r, 'stack-seen', (look) =>
    look.moment === moment ? { services: look.services.map((one, index) => ({ ...one, ...to(one, index) })) } : {},
  )
const listed = (r: RunRecord, moment: Moment, to: (services: Seen[]) => Seen[]) =>
  change(r, 'stack-seen', (look) => (look.moment === moment ? { services: to(look.services) } : {}))
type Raised = FactOf<'stack-ready'>['services']
const raised = (r: RunRecord, to: (services: Raised) => Raised) =>
  change(r, 'stack-ready', ({ services }) => ({ services: to(services) }))
/** A service that the story started anew. */
const restarted = (r: RunRecord) => {
  const end = factsOf(r.facts, 'stack-seen').find(({ moment }) => moment === 'end')
  const raisedAs = factsOf(r.facts, 'stack-ready').flatMap(({ services }) => services)
  const still = (end?.services ?? []).filter((one) => raisedAs.some(({ container }) => container === one.container))
  const starts = factsOf(r.facts, 'service-event').filter(({ action, n }) => action === 'start' && n < (end?.n ?? 0))
  return starts.find(({ container }) => still.some((one) => one.container === container))?.service
}
const ofRestarted = (r: RunRecord, to: (one: Seen) => Partial<Seen>) => {
  const service = restarted(r)
  return service === undefined ? undefined : seen(r, 'end', (one) => (one.service === service ? to(one) : {}))
}
const later = (at: string, ms: number) => new Date(Date.parse(at) + ms).toISOString()
const first = (r: RunRecord, kind: 'engine-called' | 'service-event') => factsOf(r.facts, kind)[0]
const call = (r: RunRecord, to: (fact: FactOf<'engine-called'>) => Partial<FactOf<'engine-called'>>) =>
  // A call that no event came of explains nothing.
  restarted(r) === undefined ? undefined : change(r, 'engine-called', to)
type Alert = FactOf<'alert-changed'>
const alerts = (r: RunRecord, to: (fact: Alert) => Partial<Alert>) => change(r, 'alert-changed', to)
const asksForSilence = ({ plan }: RunRecord) =>
  plan.checks.some(({ kind }) => kind === 'no-other-alert' || kind === 'alerts-silent')
const asksForGap = ({ plan }: RunRecord) => plan.checks.some(({ kind }) => kind === 'recovery-gap')
type Rules = FactOf<'rule-evidence'>['rules']
const rules = (r: RunRecord, to: (one: Rules[number]) => Partial<Rules[number]>) =>
  asksForSilence(r)
    ? change(r, 'rule-evidence', ({ rules: all }) => ({ rules: all.map((one) => ({ ...one, ...to(one) })) }))
    : undefined

/** Containers, what was heard of them, and the monitoring. */
export const stackKinds: readonly Sabotage[] = [
  sabotage('never ready', whose, (r) => dropKind(r, 'stack-ready')),
  sabotage('ready twice', whose, (r) => again(r, is('stack-ready'))),
  sabotage('ready in mid-story', whose, (r) => move(r, is('stack-ready'), story(r).midT)),
  sabotage('a stack of nothing', whose, (r) => raised(r, () => [])),
  sabotage('a service less was raised', whose, (r) => raised(r, (services) => services.slice(1))),
  sabotage('the last service was not raised', whose, (r) => raised(r, (services) => services.slice(0, -1))),
  sabotage('a service raised twice', whose, (r) => raised(r, (services) => [...services, ...services.slice(0, 1)])),
  sabotage('services of each other', whose, (r) =>
    raised(r, ([one, two, ...more]) =>
      one && two ? [{ ...one, service: two.service }, { ...two, service: one.service }, ...more] : [],
    ),
  ),
  sabotage('a service without a name', whose, (r) =>
    raised(r, ([one, ...more]) => (one ? [{ ...one, service: '' }, ...more] : [])),
  ),
  ...(['ready', 'end'] as const).flatMap((moment) => [
    sabotage(`looked at the containers twice: ${moment}`, whose, (r) => again(r, lookAt(moment))),
    sabotage(`looked at no container: ${moment}`, whose, (r) => listed(r, moment, () => [])),
    sabotage(`a container not looked at: ${moment}`, whose, (r) => listed(r, moment, (services) => services.slice(1))),
    sabotage(`a container looked at twice: ${moment}`, whose, (r) =>
      listed(r, moment, (services) => [...services, ...services.slice(0, 1)]),
    ),
    sabotage(`all containers paused: ${moment}`, whose, (r) => seen(r, moment, () => ({ paused: true }))),
    sabotage(`all containers down: ${moment}`, whose, (r) => seen(r, moment, () => ({ running: false }))),
    sabotage(`all containers of another limit: ${moment}`, whose, (r) => seen(r, moment, () => ({ memoryLimit: 77 }))),
    sabotage(`all containers replaced: ${moment}`, whose, (r) =>
      seen(r, moment, (_one, index) => ({ container: `${index}`.padStart(64, 'e') })),
    ),
    sabotage(`all containers started later: ${moment}`, whose, (r) =>
      seen(r, moment, ({ startedAt }) => ({ startedAt: later(startedAt, 30_000) })),
    ),
    sabotage(`containers without a start: ${moment}`, whose, (r) => seen(r, moment, () => ({ startedAt: '' }))),
    sabotage(`looked in mid-story: ${moment}`, whose, (r) => move(r, lookAt(moment), story(r).midT)),
    sabotage(`looked when all was lowered: ${moment}`, whose, (r) =>
      move(r, lookAt(moment), (r.facts.at(-1)?.t ?? 0) - 0.5),
    ),
    sabotage(`looked before it was raised: ${moment}`, whose, (r) => move(r, lookAt(moment), 0.5)),
  ]),
  sabotage('the looks of each other', whose, (r) =>
    restarted(r) === undefined
      ? undefined
      : change(r, 'stack-seen', ({ moment }) => ({ moment: moment === 'ready' ? 'end' : 'ready' })),
  ),
  sabotage('restarted, and started at another time', whose, (r) =>
    ofRestarted(r, ({ startedAt }) => ({ startedAt: later(startedAt, -20_000) })),
  ),
  sabotage('restarted, and down', whose, (r) => ofRestarted(r, () => ({ running: false }))),
  sabotage('restarted, by its events alone', whose, (r) => {
    const ready = factsOf(r.facts, 'stack-seen').find(({ moment }) => moment === 'ready')?.services ?? []
    return ofRestarted(r, ({ service, container }) => ({
      startedAt: ready.find((one) => one.service === service && one.container === container)?.startedAt ?? '',
    }))
  }),
  sabotage('a call from the run’s begin on', whose, (r) => call(r, ({ t }) => ({ startedT: t - 900_000 }))),
  sabotage('calls that began when they were over', whose, (r) => call(r, ({ t }) => ({ startedT: t + 1_000 }))),
  sabotage('calls that ended long before', whose, (r) =>
    restarted(r) === undefined ? undefined : move(r, is('engine-called'), story(r).fromT + 0.5),
  ),
  sabotage('calls of another service', whose, (r) => call(r, () => ({ service: 'another' }))),
  sabotage('calls of no service', whose, (r) => call(r, () => ({ service: null }))),
  sabotage('calls of another kind', whose, (r) => call(r, () => ({ call: 'rename' }))),
  sabotage('calls of another container', whose, (r) => call(r, () => ({ container: 'd'.repeat(64) }))),
  sabotage('events of another service', heard, (r) =>
    first(r, 'service-event')?.container === undefined
      ? undefined
      : change(r, 'service-event', () => ({ service: 'another' })),
  ),
  sabotage('events of no name', heard, (r) =>
    first(r, 'service-event')?.container === undefined
      ? undefined
      : change(r, 'service-event', () => ({ service: '' })),
  ),
  sabotage('no event at all, though something was restarted', heard, (r) =>
    restarted(r) === undefined ? undefined : dropKind(r, 'service-event'),
  ),
  sabotage('alerts by another name', scraping, (r) => alerts(r, () => ({ alert: 'Another' }))),
  sabotage('alerts whose labels name another', scraping, (r) =>
    alerts(r, ({ labels }) => ({ labels: { ...labels, alertname: 'Another' } })),
  ),
  sabotage('alerts without labels', scraping, (r) => alerts(r, () => ({ labels: {} }))),
  sabotage('one alert told as another', scraping, (r) => {
    const one = factsOf(r.facts, 'alert-changed').find(({ alert }) => alert !== 'Watchdog')
    return one && alerts(r, ({ n }) => (n === one.n ? { alert: 'Watchdog' } : {}))
  }),
  sabotage('a Watchdog delivered only in the story', scraping, (r) =>
    alerts(r, ({ alert }) => {
      const t = story(r).fromT + 500
      return alert === 'Watchdog' ? { seenT: t, seenAt: wallAt(r, t), promAt: wallAt(r, t - 90) } : {}
    }),
  ),
  sabotage('a Watchdog never delivered', scraping, (r) =>
    drop(r, (fact) => fact.kind === 'alert-changed' && fact.alert === 'Watchdog' && fact.state === 'delivered'),
  ),
  sabotage('a Watchdog of unknown age', scraping, (r) => change(r, 'monitor-sample', () => ({ watchdogAgeMs: null }))),
  sabotage('a Watchdog that pulses half of the time', scraping, (r) =>
    change(r, 'monitor-sample', ({ t }) => (Math.floor(t / 6_000) % 2 === 0 ? { watchdogAgeMs: 14_000 } : {})),
  ),
  sabotage('alive one second of six', scraping, (r) =>
    change(r, 'monitor-sample', ({ t }) => (Math.floor(t / 1_000) % 6 === 0 ? {} : { alive: false })),
  ),
  sabotage('signs of life from before the story', scraping, (r) => move(r, is('monitor-sample'), story(r).fromT - 50)),
  sabotage('nobody asked what the rules looked at', scraping, (r) =>
    asksForSilence(r) ? dropKind(r, 'rule-evidence') : undefined,
  ),
  sabotage('nobody asked it at the end', scraping, (r) =>
    r.plan.checks.some(({ kind }) => kind === 'alerts-silent')
      ? drop(r, (fact) => fact.kind === 'rule-evidence' && fact.moment === 'end')
      : undefined,
  ),
  sabotage('rules that looked at nothing', scraping, (r) => rules(r, () => ({ missing: ['up'], samples: 0 }))),
  sabotage('rules that can never fire', scraping, (r) => rules(r, () => ({ never: 'false' }))),
  sabotage('rules that are broken', scraping, (r) => rules(r, () => ({ health: 'err', lastError: 'no' }))),
  sabotage('rules of other names', scraping, (r) => rules(r, ({ alert }) => ({ alert: `${alert}2` }))),
  sabotage('no observation was made at the backends', 'what came first', (r) =>
    asksForGap(r) ? dropKind(r, 'backends-seen') : undefined,
  ),
  sabotage('no look at the backends for a while', 'what came first', (r) =>
    asksForGap(r)
      ? drop(r, (fact) => fact.kind === 'backends-seen' && Math.abs(fact.t - story(r).midT) < 7_000)
      : undefined,
  ),
  sabotage('one backend not looked at now and then', 'what came first', (r) =>
    asksForGap(r)
      ? change(r, 'backends-seen', ({ n, well }) => (n % 2 === 0 ? { well: well.slice(1) } : {}))
      : undefined,
  ),
]
