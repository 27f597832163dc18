import type { PlanRecord } from '../journal/index.ts'
import type { Status, Verdict } from './verdict.ts'

/** One line of the table that says the benefit of each measure. */
export interface VariantRow {
  readonly variant: string
  /** As the plan names it; the variant's name when no plan is given. */
  readonly title: string
  readonly measures: readonly string[]
  readonly status: Status
  readonly outageSeconds: number
  readonly outageMinutes: number
  readonly failedRequests: number
  /** 0 … 1. */
  readonly usersAffectedShare: number
  /** Null: nothing failed, or nobody was told. */
  readonly timeToDetectSeconds: number | null
  readonly detectedBy: string | null
  readonly timeToRecoverSeconds: number | null
  readonly causeNamedBy: string | null
  readonly causeNamedAfterSeconds: number | null
  readonly causeNamedFrom: Verdict['causeNamedFrom']
  readonly clean: boolean
  /** Outage seconds less than in the first variant; null in the first, and where either run proves nothing. */
  readonly savedSeconds: number | null
  /** The same of failed requests. */
  readonly savedRequests: number | null
  /** How much sooner somebody was told, from the first failed request; null too where one of them told nobody. */
  readonly earlierSeconds: number | null
}

/**
 * The variants side by side, in the order given; the first is what the others are measured by. A control saves nothing:
 * it is there to be worse.
 */
export function compareVariants(verdicts: readonly Verdict[], plans: readonly PlanRecord[] = []): VariantRow[] {
  const [base] = verdicts
  return verdicts.map((verdict) => {
    const plan = plans.find((one) => one.variant === verdict.variant)
    const { variant, status, outage, clean } = verdict
    const compared = plan?.control ? undefined : base
    const saved = (figure: (one: Verdict) => number | null) => savedBy(compared, verdict, figure)
    return {
      variant,
      title: plan?.variantTitle ?? variant,
      measures: plan?.measures ?? [],
      status,
      outageSeconds: outage.seconds,
      outageMinutes: outage.incidentMinutes,
      failedRequests: outage.failedRequests,
      usersAffectedShare: outage.usersAffectedShare,
      timeToDetectSeconds: verdict.timeToDetectSeconds,
      detectedBy: verdict.detectedBy,
      timeToRecoverSeconds: verdict.timeToRecoverSeconds,
      causeNamedBy: verdict.causeNamedBy,
      causeNamedAfterSeconds: verdict.causeNamedAfterSeconds,
      causeNamedFrom: verdict.causeNamedFrom,
      clean,
      savedSeconds: saved((one) => one.outage.seconds),
      savedRequests: saved((one) => one.outage.failedRequests),
      earlierSeconds: saved(toldAfter),
    }
  })
}

function savedBy(base: Verdict | undefined, verdict: Verdict, figure: (one: Verdict) => number | null): number | null {
  if (!base || base === verdict || base.status === 'inconclusive' || verdict.status === 'inconclusive') return null
  const [before, now] = [figure(base), figure(verdict)]
  return before === null || now === null ? null : before - now
}

/** First alert that told somebody, seconds after the first failed request; one that names the cause may be before. */
function toldAfter({ timeToDetectSeconds, causeNamedAfterSeconds, causeNamedFrom }: Verdict): number | null {
  const named = causeNamedFrom === 'first failed request' ? causeNamedAfterSeconds : null
  const told = [timeToDetectSeconds, named].filter((value) => value !== null)
  return told.length === 0 ? null : Math.min(...told)
}
