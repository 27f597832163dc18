import type { AlertOrigin } from '../../kit/outcomes.ts'
import type { AlertEpisode } from './alerts.ts'

/** Who named the cause, and how soon. */
export interface CauseNamed {
  readonly alert: string
  /** When it was delivered, monotonic ms since the run started. */
  readonly t: number
  /** Negative: it told before anybody was failed. */
  readonly afterMs: number
  /** From when the time counts: from the injection where no request failed. */
  readonly from: AlertOrigin
}

/** The first delivered alert of those that name the cause, since the injection. */
export function causeNamed(
  episodes: readonly AlertEpisode[],
  names: readonly string[],
  since: { faultT: number | null; firstFailedT: number | null },
): CauseNamed | null {
  const { faultT, firstFailedT } = since
  if (faultT === null) return null
  const told = episodes.flatMap(({ alert, deliveredT }) =>
    names.includes(alert) && deliveredT !== null && deliveredT >= faultT ? [{ alert, t: deliveredT }] : [],
  )
  const [first] = told.sort((a, b) => a.t - b.t)
  if (!first) return null
  return firstFailedT === null
    ? { ...first, afterMs: first.t - faultT, from: 'fault' }
    : { ...first, afterMs: first.t - firstFailedT, from: 'first failed request' }
}
