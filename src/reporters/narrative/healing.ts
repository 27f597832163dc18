import { type HealingRow, healing, type Verdict } from '../../checks/index.ts'
import { counted, seconds } from '../../kit/figures.ts'
import type { ReportedRun, ReportedVariant } from '../reporter.ts'

/** Recovery attribution in all variants of a run, controls taken into account. */
export function healingOf(run: ReportedRun): HealingRow[] {
  return healing(
    run.variants.map(({ verdict }) => verdict),
    run.variants.map(({ record }) => record.plan),
  )
}

/** The same for one variant of it. */
export function healingIn(run: ReportedRun, { verdict }: ReportedVariant): HealingRow[] {
  return healingOf(run).filter(({ variant }) => variant === verdict.variant)
}

/** The backends are asked so often: what lies closer together has no order. */
const lookEverySeconds = 1

/** The two recoveries; empty when there was no outage, or no observation was made at the backends. */
export function gapSentence({ outage, backendsRecoveredSeconds: well, recoveryGapSeconds: gap }: Verdict): string {
  if (outage.failedRequests === 0 || well === null) return ''
  if (well === 0) return 'The backends were well all the time, seen past the proxy: what failed lay before them.'
  const backends = `The backends were well for good ${seconds(well)} after the first failure, seen past the proxy`
  if (gap === null) return `${backends}; the users were not.`
  if (Math.abs(gap) < lookEverySeconds) return `${backends}, and the users with them, as far as a look a second tells.`
  return `${backends}; the users ${seconds(Math.abs(gap))} ${gap < 0 ? 'earlier' : 'later'}.`
}

/** Outages that came back; empty when none did. */
export function relapseSentence({ relapses }: Verdict): string {
  if (relapses.length === 0) return ''
  const told = relapses.map(({ heldSeconds, seconds: lasted, failedRequests }) => {
    return `after ${seconds(heldSeconds)} for ${seconds(lasted)}, ${counted(failedRequests, 'failed request')}`
  })
  return `Relapse: service held and broke again, ${counted(relapses.length, 'time')}: ${told.join('; ')}.`
}
