import { compareVariants } from '../../checks/index.ts'
import { factsOf, type RunRecord } from '../../journal/index.ts'
import { count, percent, seconds } from '../../kit/figures.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { benefitWords, causeWords } from './incidents.ts'
import { sentenceOf } from './sentences.ts'

/** What the variants cost: a line each, ready to be shown. */
export interface MeasureRow {
  readonly variant: ReportedVariant
  readonly measures: string
  readonly outage: string
  readonly failed: string
  readonly users: string
  readonly detect: string
  readonly recover: string
  /** Which alert named the cause, and when. */
  readonly cause: string
  /** What is less, and what is more, than in the first variant. */
  readonly benefits: readonly string[]
  /** What the measures did about the fault. */
  readonly acted: readonly string[]
}

export const measureHeads = ['Measure', 'Outage', 'Failed requests', 'Users affected', 'Time to detect'] as const

export function measureRows(run: ReportedRun): MeasureRow[] {
  const compared = compareVariants(
    run.variants.map(({ verdict }) => verdict),
    run.variants.map(({ record }) => record.plan),
  )
  const labels = run.variants.map(({ record }) => measuresOf(record.plan))
  return run.variants.map((variant, index) => {
    const row = compared[index]
    const label = labels[index] ?? ''
    const isOnly = labels.indexOf(label) === labels.lastIndexOf(label)
    const { record, verdict } = variant
    const { outage } = verdict
    return {
      variant,
      measures: isOnly ? label : `${label} (${record.plan.variant})`,
      outage: seconds(outage.seconds),
      failed: count(outage.failedRequests),
      users: percent(outage.usersAffectedShare),
      detect: seconds(verdict.timeToDetectSeconds, outage.failedRequests > 0 ? 'not detected' : 'nothing to detect'),
      recover: seconds(
        verdict.timeToRecoverSeconds,
        outage.failedRequests > 0 ? 'not recovered' : 'nothing to recover',
      ),
      cause: causeWords(verdict) || (outage.failedRequests > 0 ? 'by no alert' : '–'),
      benefits: row ? benefitWords(row) : [],
      acted: factsOf(record.facts, 'measure-acted').map(sentenceOf),
    }
  })
}

/** A control is told as what it leaves out: its measures are those of the variant it belongs to. */
function measuresOf({ measures, control }: RunRecord['plan']): string {
  return control ? `control: without ${control.without}` : measures.join(' + ') || 'none'
}
