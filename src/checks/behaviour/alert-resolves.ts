import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { isFailed } from '../../kit/ledger.ts'
import { defineCheck, fail, inconclusive, late, milliseconds, pass, stepNumber, unheardOf } from '../check.ts'
import { isOfRemedy } from '../reading/at-work.ts'
import { faultWindow, silenceDoubt } from '../reading/rules.ts'
import type { Reading } from '../reading.ts'

/** A request that failed so shortly before was not scraped and evaluated yet when the alert resolved, ms. */
const unheardMs = 2_000

export const alertResolves = defineCheck({
  kind: 'alert-resolves',
  about: 'behaviour',
  time: 'system',
  asks: 'Did the alert resolve once service was restored, and not before?',
  fields: { alert: z.string().min(1), withinMs: milliseconds, step: stepNumber.optional() },
  needs: ['monitor'],
  refuse: ({ alert }, outlook) => unheardOf(alert, outlook),
  title: ({ alert, withinMs }) => `${alert} resolves within ${inSeconds(withinMs)} of recovery`,
  judge: (reading, { alert, withinMs }) => {
    const { alerts, storyToT, faultT } = reading
    const own = alerts.filter((one) => one.alert === alert && one.firingT >= (faultT ?? 0))
    const facts = own.flatMap((episode) => episode.facts)
    if (own.length === 0) {
      const doubt = silenceDoubt(reading.facts, alert, faultWindow(reading))
      const why = doubt ? `: ${doubt.because}` : ''
      return inconclusive(`${alert} never fired, so it had nothing to resolve${why}`, doubt?.facts)
    }
    const recoveredT = recoveryOf(reading)
    if (recoveredT === null)
      return inconclusive(`service was never restored, so ${alert} had no reason to resolve`, facts)
    const dueT = recoveredT + withinMs
    const open = own.find((episode) => episode.resolvedT === null)
    if (open) {
      const left = dueT - storyToT
      if (left > 0)
        return inconclusive(`${alert} still fired when the story ended, ${inSeconds(left)} before it was due`, facts)
      const because = `${alert} still fired ${inSeconds(storyToT - recoveredT)} after recovery`
      return late(because, facts, { fromT: recoveredT, toT: storyToT, over: { limitMs: withinMs } })
    }
    const resolvedT = Math.max(...own.map((episode) => episode.resolvedT ?? 0))
    const lastFailedT = lastFailed(reading) ?? recoveredT
    if (resolvedT < lastFailedT - unheardMs) {
      return fail(`${alert} resolved ${inSeconds(lastFailedT - resolvedT)} before the last failed request`, facts)
    }
    const took = inSeconds(Math.max(0, resolvedT - recoveredT))
    if (resolvedT > dueT) {
      const miss = { fromT: recoveredT, toT: resolvedT, over: { ms: resolvedT - dueT } }
      return late(`${alert} resolved ${took} after recovery, ${inSeconds(withinMs)} allowed`, facts, miss)
    }
    return pass(`${alert} resolved ${took} after recovery`, facts)
  },
})

/** Whom a remedy that restarts Nginx refuses never comes to it: of these no alert on its answers can know. */
function lastFailed({ outages, facts }: Reading): number | null {
  const inside = new Set(outages.at(-1)?.facts)
  const ofRemedy = isOfRemedy(facts)
  const failing = factsOf(facts, 'load-sample').filter((sample) => {
    return inside.has(sample.n) && Object.keys(sample.ledger).some((how) => isFailed(how) && !ofRemedy(sample, how))
  })
  return failing.at(-1)?.lastFailedT ?? null
}

/** When service held again; for a fault that failed no request, when it was undone. */
function recoveryOf({ outages, facts }: Reading): number | null {
  const last = outages.at(-1)
  return last ? last.recoveredT : (factsOf(facts, 'fault-undone').at(-1)?.t ?? null)
}
