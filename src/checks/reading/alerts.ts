import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { ownOf } from '../../kit/own.ts'

export const watchdog = 'Watchdog'
/** Alerts of these severities wake nobody, so they detect nothing. */
const quietSeverities: readonly string[] = ['none', 'info']

type Change = FactOf<'alert-changed'>

/** One time that an alert fired. Instants are when we saw it, monotonic ms since the run started; null: not seen. */
export interface AlertEpisode {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string
  readonly pendingT: number | null
  readonly firingT: number
  readonly deliveredT: number | null
  readonly resolvedT: number | null
  readonly resolveDeliveredT: number | null
  /** Since when by Prometheus's own clock it was pending, or fired; the earliest that it or Alertmanager said. */
  readonly sinceT: number | null
  readonly facts: readonly number[]
}

type Draft = { -readonly [K in keyof AlertEpisode]: AlertEpisode[K] } & { facts: number[] }

/** A time in which an alert was pending, monotonic ms since the run started; null: until the end. */
export interface Waiting {
  readonly fromT: number
  readonly toT: number | null
}

/** All that was said of one alert, told apart by its labels, in the order in which it was seen. */
export interface AlertInstance {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly changes: readonly [Change, ...Change[]]
  readonly pending: readonly Waiting[]
  /** Each time that it fired. */
  readonly episodes: readonly AlertEpisode[]
}

/** What was said of alerts, alert by alert, in the order of their first sign: verdict and reports read no other. */
export function alertInstances(facts: readonly Fact[]): AlertInstance[] {
  return instancesIn(facts).map((one) => ({ ...one, ...spansOf(one.changes) }))
}

type Said = Pick<AlertInstance, 'alert' | 'labels' | 'changes'>

function instancesIn(facts: readonly Fact[]): Said[] {
  const instances: { alert: string; labels: Change['labels']; changes: [Change, ...Change[]] }[] = []
  for (const change of factsOf(facts, 'alert-changed').sort((a, b) => a.seenT - b.seenT || a.n - b.n)) {
    const known = instances.find(({ alert, labels }) => alert === change.alert && areOne(labels, change.labels))
    if (known) known.changes.push(change)
    else instances.push({ alert: change.alert, labels: change.labels, changes: [change] })
  }
  return instances
}

/** Every time an alert fired, in the order of firing. An alert that was only pending is not among them. */
export function alertEpisodes(instances: readonly AlertInstance[]): AlertEpisode[] {
  const firedBy = ({ facts: numbers, pendingT }: AlertEpisode) => numbers[pendingT === null ? 0 : 1] ?? 0
  return instances.flatMap(({ episodes }) => episodes).sort((a, b) => a.firingT - b.firingT || firedBy(a) - firedBy(b))
}

function spansOf(changes: readonly Change[]): Pick<AlertInstance, 'pending' | 'episodes'> {
  const episodes: Draft[] = []
  const waits: { fromT: number; toT: number | null }[] = []
  let pending: Change | undefined
  const over = (t: number) => {
    const open = waits.at(-1)
    if (open) open.toT ??= t
  }
  for (const change of changes) {
    const { state, seenT } = change
    const latest = episodes.at(-1)
    if (state === 'pending') {
      if (waits.at(-1)?.toT !== null) waits.push({ fromT: seenT, toT: null })
      pending ??= change
      continue
    }
    if (state !== 'resolve-delivered') over(seenT)
    // What was pending and is over has nothing to do with what fires later.
    if (state === 'resolved') pending = undefined
    if (state === 'firing' || state === 'delivered') begin(episodes, pending, change)
    else if (latest) end(latest, change)
  }
  return { pending: waits, episodes }
}

/** Prometheus's or Alertmanager's instant of a change, monotonic ms since the run started; null: they gave none. */
export function promTOf({ promAt, seenAt, seenT }: Change): number | null {
  return promAt === null ? null : seenT - (Date.parse(seenAt) - Date.parse(promAt))
}

function earliest(...instants: readonly (number | null)[]): number | null {
  const known = instants.filter((t) => t !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** Prometheus adds its external labels on the way to Alertmanager: the same alert when no label contradicts. */
function areOne(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  return Object.entries(one).every(([key, value]) => (ownOf(other, key) ?? value) === value)
}

function begin(drafts: Draft[], waited: Change | undefined, change: Change): void {
  const latest = drafts.at(-1)
  const isDelivery = change.state === 'delivered'
  const isLate = latest !== undefined && isDelivery && latest.deliveredT === null
  if (latest && (latest.resolvedT === null || isLate)) {
    if (isDelivery) latest.deliveredT ??= change.seenT
    latest.sinceT = earliest(latest.sinceT, promTOf(change))
    latest.facts.push(change.n)
    return
  }
  drafts.push({
    alert: change.alert,
    labels: change.labels,
    summary: change.summary,
    pendingT: waited?.seenT ?? null,
    firingT: change.seenT,
    deliveredT: isDelivery ? change.seenT : null,
    resolvedT: null,
    resolveDeliveredT: null,
    sinceT: earliest(promTOf(change), waited ? promTOf(waited) : null),
    facts: waited ? [waited.n, change.n] : [change.n],
  })
}

function end(latest: Draft, change: Change): void {
  latest.resolvedT ??= change.seenT
  if (change.state === 'resolve-delivered') latest.resolveDeliveredT ??= change.seenT
  latest.facts.push(change.n)
}

/** Was it firing at any moment of the span? */
export function firedIn(episode: AlertEpisode, fromT: number, toT: number): boolean {
  return episode.firingT < toT && (episode.resolvedT === null || episode.resolvedT > fromT)
}

/** The first delivery that told somebody, at or after `fromT`. */
export function firstDetection(episodes: readonly AlertEpisode[], fromT: number) {
  const told = episodes
    .filter(({ alert, labels }) => alert !== watchdog && !quietSeverities.includes(labels['severity'] ?? ''))
    .flatMap(({ alert, deliveredT }) => (deliveredT !== null && deliveredT >= fromT ? [{ alert, t: deliveredT }] : []))
  return told.sort((a, b) => a.t - b.t)[0] ?? null
}
