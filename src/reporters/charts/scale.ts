import { factsOf, type IncidentClock, incidentClockOf } from '../../journal/index.ts'
import { starvedSpans } from '../narrative/machine.ts'
import { type Bucket, loadSeries, totalRate } from '../narrative/series.ts'
import { faultSpans, lastT, outageSpan } from '../narrative/spans.ts'
import type { ReportedVariant } from '../reporter.ts'
import { type Backdrop, marksOf, type TimeRange } from './axis.ts'

/** Everything the charts of one variant share. */
export interface Stage {
  readonly backdrop: Backdrop
  readonly buckets: readonly Bucket[]
  /** Requests per second in the busiest bucket. */
  readonly highest: number
  /** Monotonic ms at which the picture ends. */
  readonly endT: number
}

/** Steady state, the story, and what came after it until the load ended. */
export function stageOf(variant: ReportedVariant): Stage {
  const { record } = variant
  const clock = incidentClockOf(record.facts, record.plan)
  const buckets = loadSeries(record.facts)
  const last = buckets.at(-1)
  const phases = factsOf(record.facts, 'phase-entered')
  const begin = buckets[0]?.fromT ?? phases.find(({ phase }) => phase === 'steady')?.t ?? 0
  const end = phases.find(({ phase }) => phase === 'undo')?.t ?? lastT(record.facts)
  const endT = Math.max(end, last ? last.fromT + last.lengthMs : 0)
  const range: TimeRange = {
    from: Math.min(roundAt(clock, begin, Math.floor), 0),
    to: Math.max(roundAt(clock, endT, Math.ceil), record.plan.incidentMinuteMs / 1_000),
  }
  const steps = factsOf(record.facts, 'step-entered').map((fact) => ({
    at: clock.secondsAt(fact.t),
    number: fact.step + 1,
  }))
  const faults = faultSpans(variant)
  const outage = outageSpan(variant)
  return {
    backdrop: { clock, range, faults, outage, starved: starvedSpans(record.facts), marks: marksOf(steps, range) },
    buckets,
    highest: Math.max(1, ...buckets.map(totalRate)),
    endT,
  }
}

/** The whole minute of the incident before or after, in seconds here since the story began. */
function roundAt(clock: IncidentClock, t: number, round: (minute: number) => number): number {
  const at = clock.secondsAt(clock.tAt(round(clock.minuteAt(t))))
  // Where the clock stood then, its minute began earlier than that.
  return Math.max(at, round === Math.ceil ? clock.secondsAt(t) : -Infinity)
}

/** The range that holds all: what is to be compared is drawn on one scale. */
export function commonScale(stages: readonly Stage[]): { range: TimeRange; highest: number } {
  const ranges = stages.map(({ backdrop }) => backdrop.range)
  return {
    range: { from: Math.min(...ranges.map(({ from }) => from)), to: Math.max(...ranges.map(({ to }) => to)) },
    highest: Math.max(1, ...stages.map(({ highest }) => highest)),
  }
}
