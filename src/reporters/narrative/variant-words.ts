import type { VariantRow } from '../../checks/index.ts'
import { count, percent, seconds } from '../../kit/figures.ts'
import type { ReportedVariant } from '../reporter.ts'

/** What one variant cost, ready to be shown. */
export interface VariantWords {
  readonly variant: ReportedVariant
  readonly outage: string
  readonly failed: string
  readonly users: string
  readonly detect: string
  readonly recover: string
  /** Which alert named the cause, and when; empty for none. */
  readonly cause: string
  /** What is less, and what is more, than in the first variant. */
  readonly benefits: readonly string[]
}

/** `none` is said where there is no time to detect and to recover: after a failure, and without one. */
export function variantWords(
  variant: ReportedVariant,
  row: VariantRow,
  none: Readonly<Record<'afterFailure' | 'unharmed', readonly [detect: string, recover: string]>>,
): VariantWords {
  const [detect, recover] = row.failedRequests > 0 ? none.afterFailure : none.unharmed
  return {
    variant,
    outage: seconds(row.outageSeconds),
    failed: count(row.failedRequests),
    users: percent(row.usersAffectedShare),
    detect: seconds(row.timeToDetectSeconds, detect),
    recover: seconds(row.timeToRecoverSeconds, recover),
    cause: causeWords(row),
    benefits: benefitWords(row),
  }
}

/** `NginxDown, 4.2 s before the first failed request`; empty when no alert named the cause. */
export function causeWords(
  row: Pick<VariantRow, 'causeNamedBy' | 'causeNamedAfterSeconds' | 'causeNamedFrom'>,
): string {
  const { causeNamedBy, causeNamedAfterSeconds: after, causeNamedFrom } = row
  if (causeNamedBy === null || after === null) return ''
  return `${causeNamedBy}, ${seconds(Math.abs(after))} ${after < 0 ? 'before' : 'after'} the ${causeNamedFrom}`
}

/** The same as a sentence. */
export function causeSentence(verdict: Parameters<typeof causeWords>[0]): string {
  const words = causeWords(verdict)
  return words === '' ? '' : `The cause was named by the alert ${words}.`
}

/** What is less than in the first variant, and what is more. */
export function benefitWords({ savedSeconds, savedRequests, earlierSeconds }: VariantRow): string[] {
  const told: string[] = []
  if (savedSeconds !== null && Math.abs(savedSeconds) >= 0.05) {
    told.push(`${seconds(Math.abs(savedSeconds))} ${savedSeconds > 0 ? 'less' : 'more'} outage`)
  }
  if (savedRequests !== null && savedRequests !== 0) {
    const change = savedRequests > 0 ? 'fewer' : 'more'
    told.push(
      `${count(Math.abs(savedRequests))} ${change} failed ${Math.abs(savedRequests) === 1 ? 'request' : 'requests'}`,
    )
  }
  if (earlierSeconds !== null && Math.abs(earlierSeconds) >= 0.05) {
    told.push(`detected ${seconds(Math.abs(earlierSeconds))} ${earlierSeconds > 0 ? 'sooner' : 'later'}`)
  }
  return told
}
