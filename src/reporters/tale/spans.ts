import { alertInstances, watchdog } from '../../checks/index.ts'
import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import type { ReportedVariant } from '../reporter.ts'

/** Something that lasted: monotonic ms since the run started. */
export interface Span {
  readonly fromT: number
  readonly toT: number
}

export interface FaultSpan extends Span {
  readonly fault: string
}

/** One alert instance from its first sign to its end. Times are when we saw it. */
export interface AlertEpisode {
  readonly alert: string
  /** Labels other than its name, `severity=critical`. */
  readonly labels: string
  readonly summary: string
  readonly changes: readonly FactOf<'alert-changed'>[]
}

type Change = FactOf<'alert-changed'>

export function lastT(facts: readonly Fact[]): number {
  return facts.at(-1)?.t ?? 0
}

/** When each fault was in force. A fault that a measure stopped before it took hold has no span. */
export function faultSpans({ record }: ReportedVariant): FaultSpan[] {
  const undone = factsOf(record.facts, 'fault-undone')
  return factsOf(record.facts, 'fault-injected').flatMap((fact) => {
    if (fact.outcome === 'rolled-back') return [{ fault: fact.fault, fromT: fact.startedT, toT: fact.t }]
    if (fact.outcome !== 'in-force') return []
    const end = undone.find((other) => other.fault === fact.fault && other.n > fact.n)
    return [{ fault: fact.fault, fromT: fact.t, toT: end?.t ?? lastT(record.facts) }]
  })
}

/** When users were failed; undefined when they were not. */
export function outageSpan({ verdict, record }: ReportedVariant): Span | undefined {
  const { fromT, toT } = verdict.outage
  return fromT === null ? undefined : { fromT, toT: toT ?? lastT(record.facts) }
}

/** All alerts about the shop, in the order of their first sign. */
export function alertEpisodes(facts: readonly Fact[]): AlertEpisode[] {
  const ours = alertInstances(facts).filter(({ alert }) => alert !== watchdog)
  return ours.map(({ alert, labels, changes }) => {
    return { alert, labels: labelText(labels), summary: changes[0].summary, changes }
  })
}

function labelText(labels: Change['labels']): string {
  const shown = Object.entries(labels).filter(([name]) => name !== 'alertname')
  return shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')
}

/** The spans in which an alert was in a state; one that never ends lasts until the journal does. */
export function alertSpans(episode: AlertEpisode, state: 'pending' | 'firing', endT: number): Span[] {
  const spans: Span[] = []
  for (const [index, change] of episode.changes.entries()) {
    if (change.state !== state) continue
    const ends: readonly string[] = state === 'pending' ? ['firing', 'resolved'] : ['resolved', 'pending']
    const next = episode.changes.slice(index + 1).find((later) => ends.includes(later.state))
    spans.push({ fromT: change.seenT, toT: next?.seenT ?? endT })
  }
  return spans
}
