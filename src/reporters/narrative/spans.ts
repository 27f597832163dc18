import { type AlertInstance, alertInstances, watchdog } from '../../checks/index.ts'
import { type Fact, factsOf } from '../../journal/index.ts'
import type { ReportedVariant } from '../reporter.ts'

/** Something that lasted: monotonic ms since the run started. */
export interface Span {
  readonly fromT: number
  readonly toT: number
}

export interface FaultSpan extends Span {
  readonly fault: string
}

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
export function shopAlerts(facts: readonly Fact[]): AlertInstance[] {
  return alertInstances(facts).filter(({ alert }) => alert !== watchdog)
}

/** Labels other than its name, `severity=critical`. */
export function labelText({ labels }: AlertInstance): string {
  const shown = Object.entries(labels).filter(([name]) => name !== 'alertname')
  return shown
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join(' ')
}

/** When it was pending, and when it fired; what never ended lasts until `endT`. */
export function alertSpans({ pending, episodes }: AlertInstance, endT: number): { pending: Span[]; firing: Span[] } {
  return {
    pending: pending.map(({ fromT, toT }) => ({ fromT, toT: toT ?? endT })),
    firing: episodes.map(({ firingT, resolvedT }) => ({ fromT: firingT, toT: resolvedT ?? endT })),
  }
}
