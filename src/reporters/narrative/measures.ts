import { compareVariants } from '../../checks/index.ts'
import { factsOf, type RunRecord } from '../../journal/index.ts'
import type { ReportedRun } from '../reporter.ts'
import { sentenceOf } from './sentences.ts'
import { type VariantWords, variantWords } from './variant-words.ts'

/** What the variants cost: a line each, ready to be shown. */
export interface MeasureRow extends VariantWords {
  readonly measures: string
  /** What the measures did about the fault. */
  readonly acted: readonly string[]
}

/** Where there is no time to detect and to recover. */
const none = {
  afterFailure: ['not detected', 'not recovered'],
  unharmed: ['nothing to detect', 'nothing to recover'],
} as const

export const measureHeads = ['Measure', 'Outage', 'Failed requests', 'Users affected', 'Time to detect'] as const

export function measureRows(run: ReportedRun): MeasureRow[] {
  const compared = compareVariants(
    run.variants.map(({ verdict }) => verdict),
    run.variants.map(({ record }) => record.plan),
  )
  const labels = run.variants.map(({ record }) => measuresOf(record.plan))
  return compared.flatMap((row, index): MeasureRow[] => {
    const [variant, label = ''] = [run.variants[index], labels[index]]
    if (!variant) return []
    const isOnly = labels.indexOf(label) === labels.lastIndexOf(label)
    const words = variantWords(variant, row, none)
    return [
      {
        ...words,
        measures: isOnly ? label : `${label} (${row.variant})`,
        cause: words.cause || (row.failedRequests > 0 ? 'by no alert' : '–'),
        acted: factsOf(variant.record.facts, 'measure-acted').map(sentenceOf),
      },
    ]
  })
}

/** A control is told as what it leaves out: its measures are those of the variant it belongs to. */
function measuresOf({ measures, control }: RunRecord['plan']): string {
  return control ? `control: without ${control.without}` : measures.join(' + ') || 'none'
}
