import type { PlanRecord } from '../journal/plan.ts'
import type { Status, Verdict } from './verdict.ts'

/** One line of the table that says what each measure bought. */
export interface VariantRow {
  readonly variant: string
  /** As the plan names it; the variant's name when no plan is given. */
  readonly title: string
  readonly measures: readonly string[]
  readonly status: Status
  readonly outageSeconds: number
  readonly failedRequests: number
  /** 0 … 1. */
  readonly usersAffectedShare: number
  /** Null: nothing failed, or nobody was told. */
  readonly timeToDetectSeconds: number | null
  readonly detectedBy: string | null
  readonly timeToRecoverSeconds: number | null
  readonly clean: boolean
  /** Outage seconds less than in the first variant; null in the first, and where either run proves nothing. */
  readonly savedSeconds: number | null
}

/** The variants side by side, in the order given; the first is what the others are measured by. */
export function compareVariants(verdicts: readonly Verdict[], plans: readonly PlanRecord[] = []): VariantRow[] {
  const [base] = verdicts
  return verdicts.map((verdict) => {
    const plan = plans.find((one) => one.variant === verdict.variant)
    const { variant, status, outage, timeToDetectSeconds, detectedBy, timeToRecoverSeconds, clean } = verdict
    return {
      variant,
      title: plan?.variantTitle ?? variant,
      measures: plan?.measures ?? [],
      status,
      outageSeconds: outage.seconds,
      failedRequests: outage.failedRequests,
      usersAffectedShare: outage.usersAffectedShare,
      timeToDetectSeconds,
      detectedBy,
      timeToRecoverSeconds,
      clean,
      savedSeconds: savedBy(base, verdict),
    }
  })
}

function savedBy(base: Verdict | undefined, verdict: Verdict): number | null {
  if (!base || base === verdict || base.status === 'inconclusive' || verdict.status === 'inconclusive') return null
  return base.outage.seconds - verdict.outage.seconds
}
