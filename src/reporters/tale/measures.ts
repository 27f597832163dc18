import { factsOf } from '../../journal/facts.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'
import { count, percent, seconds } from '../words/figures.ts'
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
  /** What the measures did about the fault. */
  readonly acted: readonly string[]
}

export const measureHeads = ['Measure', 'Outage', 'Failed requests', 'Users affected', 'Time to detect'] as const

export function measureRows(run: ReportedRun): MeasureRow[] {
  return run.variants.map((variant) => {
    const { record, verdict } = variant
    const { outage } = verdict
    return {
      variant,
      measures: record.plan.measures.join(' + ') || 'none',
      outage: seconds(outage.seconds),
      failed: count(outage.failedRequests),
      users: percent(outage.usersAffectedShare),
      detect: seconds(verdict.timeToDetectSeconds, outage.failedRequests > 0 ? 'not detected' : 'nothing to detect'),
      recover: seconds(
        verdict.timeToRecoverSeconds,
        outage.failedRequests > 0 ? 'not recovered' : 'nothing to recover',
      ),
      acted: factsOf(record.facts, 'measure-acted').map(sentenceOf),
    }
  })
}
