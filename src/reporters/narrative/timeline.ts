import { type Status, watchdog, worst } from '../../checks/index.ts'
import { type Fact, factsOf, incidentClockOf, type PlannedStep } from '../../journal/index.ts'
import { seconds } from '../../kit/figures.ts'
import type { ReportedVariant } from '../reporter.ts'
import { expectedOf } from './expected.ts'
import { reasonIn, sentenceAfter } from './sentences.ts'

/** One line of the story as it really was. */
export interface TimelineRow {
  readonly t: number
  /** Number of the step for people, from 1; null for what happened between steps. */
  readonly number: number | null
  /** The report's clock: as written for a step, as measured for what happened between. */
  readonly clock: string
  /** Seconds here since the story began. */
  readonly here: number
  readonly title: string
  /** What happened, a sentence each. */
  readonly happened: readonly string[]
  readonly expected: string
  /** Was it as expected? null when nothing was asked. */
  readonly status: Status | null
  /** Numbers of the facts. */
  readonly facts: readonly number[]
}

const inSteps: readonly string[] = ['fault-injected', 'remedy-applied', 'observed', 'measure-acted']
const between: readonly string[] = ['fault-undone', 'problem']

/** The steps of the story with what was measured, and between them what happened by itself, in order of time. */
export function timelineOf(variant: ReportedVariant): TimelineRow[] {
  const { record, verdict } = variant
  const clock = incidentClockOf(record.facts, record.plan)
  const steps = stepRows(variant)
  const told = new Set(steps.flatMap((row) => row.facts))
  const reasons = new Set(record.facts.filter((fact) => told.has(fact.n)).map(reasonIn))
  const happenings = record.facts.flatMap((fact) => {
    if (!isHappening(fact) || told.has(fact.n)) return []
    const reason = reasonIn(fact)
    const title = sentenceAfter(fact, reasons.has(reason) ? reason : '')
    return [{ t: momentOf(fact), title, n: fact.n }]
  })
  const { fromT, toT, seconds: lasted } = verdict.outage
  const edges = [
    { t: fromT, title: 'The first request fails' },
    { t: toT, title: `Requests are served again, ${seconds(lasted)} after the first failure` },
  ].flatMap(({ t, title }) => (t === null ? [] : [{ t, title, n: null }]))
  const own = [...happenings, ...edges].map(({ t, title, n }) => ({
    t,
    number: null,
    clock: clock.clockAt(t),
    here: clock.secondsAt(t),
    title,
    happened: [],
    expected: '',
    status: null,
    facts: n === null ? [] : [n],
  }))
  return [...steps, ...own].sort((a, b) => a.t - b.t || (a.number ?? 0) - (b.number ?? 0))
}

function isHappening(fact: Fact): boolean {
  if (fact.kind === 'alert-changed' || fact.kind === 'alert-routed') return fact.alert !== watchdog
  return between.includes(fact.kind)
}

function momentOf(fact: Fact): number {
  return fact.kind === 'alert-changed' || fact.kind === 'alert-routed' ? fact.seenT : fact.t
}

function stepRows({ record, verdict }: ReportedVariant): TimelineRow[] {
  const clock = incidentClockOf(record.facts, record.plan)
  const ends = factsOf(record.facts, 'step-ended')
  return factsOf(record.facts, 'step-entered').map((entered) => {
    const ended = ends.find((end) => end.step === entered.step && end.n > entered.n)
    const inside = record.facts.filter(
      (fact) => fact.n > entered.n && fact.n < (ended?.n ?? Number.POSITIVE_INFINITY) && inSteps.includes(fact.kind),
    )
    const asked = verdict.findings.filter((finding) => finding.step === entered.step)
    const said = inside.map((fact, index) => {
      const before = inside[index - 1]
      return sentenceAfter(fact, before ? reasonIn(before) : '')
    })
    const last = ended?.because ?? 'it never ended'
    const isTold =
      said.some((sentence) => sentence.includes(last)) ||
      inside.some((fact) => reasonIn(fact) !== '' && last.includes(reasonIn(fact)))
    const planned = record.plan.story.find((step) => step.step === entered.step)
    return {
      t: entered.t,
      number: entered.step + 1,
      clock: entered.clock,
      here: clock.secondsAt(entered.t),
      title: entered.title,
      happened: isTold ? said : [...said, last],
      expected: planned ? expectedOf(planned) : '',
      status: asked.length > 0 ? worst(asked.map((finding) => finding.status)) : null,
      facts: [entered.n, ...inside.map((fact) => fact.n), ...(ended ? [ended.n] : [])],
    }
  })
}

/** Steps of the plan that were never entered: an interrupted run has some. */
export function stepsNotReached({ record }: ReportedVariant): PlannedStep[] {
  const entered = new Set(factsOf(record.facts, 'step-entered').map((fact) => fact.step))
  return record.plan.story.filter((step) => !entered.has(step.step))
}
