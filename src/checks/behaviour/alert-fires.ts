import { z } from 'zod'
import { inSeconds } from '../../kit/figures.ts'
import { alertOrigins } from '../../kit/outcomes.ts'
import { type Answer, defineCheck, inconclusive, late, milliseconds, pass, stepNumber, unheardOf } from '../check.ts'
import { faultWindow, silenceDoubt } from '../reading/rules.ts'
import type { AlertEpisode, Reading } from '../reading.ts'

export const alertFires = defineCheck({
  kind: 'alert-fires',
  about: 'behaviour',
  time: 'system',
  asks: 'Did the alert fire, and was it delivered, in time?',
  fields: {
    alert: z.string().min(1),
    firesWithinMs: milliseconds,
    deliveredWithinMs: milliseconds.optional(),
    /** From when the time counts: the fault of a leak comes long before its first failed request. */
    from: z.enum(alertOrigins).default('first failed request'),
    step: stepNumber.optional(),
  },
  needs: ['monitor'],
  refuse: ({ alert }, outlook) => unheardOf(alert, outlook),
  title: ({ alert, firesWithinMs, from }) => `${alert} fires within ${inSeconds(firesWithinMs)} of the ${from}`,
  judge: (reading, { alert, firesWithinMs, deliveredWithinMs, from }) => {
    const { alerts, faultT, outage } = reading
    const originT = from === 'fault' ? faultT : outage.fromT
    if (originT === null || faultT === null) return inconclusive(`there was no ${from}, so nothing was due`)
    const own = alerts.filter((episode) => episode.alert === alert)
    const early = own.find((one) => one.firingT < faultT && (one.resolvedT === null || one.resolvedT >= faultT))
    if (early) return inconclusive(`${alert} was firing before the fault`, early.facts)
    const fired = own.find((episode) => episode.firingT >= faultT)
    if (!fired) {
      const due = { dueT: originT + firesWithinMs, what: `${alert} never fired` }
      if (reading.storyToT < due.dueT) return notYet(reading, originT, due)
      const doubt = silenceDoubt(reading.facts, alert, faultWindow(reading))
      if (doubt) return inconclusive(`${alert} never fired, and that says nothing: ${doubt.because}`, doubt.facts)
      return notYet(reading, originT, due)
    }
    const took = fired.firingT - originT
    if (took > firesWithinMs) {
      const because = `${alert} fired after ${inSeconds(took)}, ${inSeconds(firesWithinMs)} allowed`
      return late(because, fired.facts, { fromT: originT, toT: fired.firingT, over: { ms: took - firesWithinMs } })
    }
    const because = `${alert} fired ${inSeconds(Math.max(0, took))} after the ${from}`
    if (deliveredWithinMs === undefined) return pass(because, fired.facts)
    return delivered(reading, { fired, originT, deliveredWithinMs, because })
  },
})

interface Delivery {
  fired: AlertEpisode
  originT: number
  deliveredWithinMs: number
  because: string
}

function delivered(reading: Reading, { fired, originT, deliveredWithinMs, because }: Delivery): Answer {
  const { deliveredT, facts } = fired
  if (deliveredT === null)
    return notYet(reading, originT, {
      dueT: originT + deliveredWithinMs,
      what: `${because}, but was never delivered`,
      facts,
    })
  const took = Math.max(0, deliveredT - originT)
  const full = `${because} and was delivered after ${inSeconds(took)}`
  if (took <= deliveredWithinMs) return pass(full, facts)
  const miss = { fromT: originT, toT: deliveredT, over: { ms: took - deliveredWithinMs } }
  return late(`${full}, ${inSeconds(deliveredWithinMs)} allowed`, facts, miss)
}

/** What did not happen counts against the system only when it had its whole time. */
function notYet(
  { storyToT }: Reading,
  originT: number,
  { dueT, what, facts = [] }: { dueT: number; what: string; facts?: readonly number[] },
): Answer {
  if (storyToT >= dueT) return late(what, facts, { fromT: originT, toT: storyToT, over: { limitMs: dueT - originT } })
  return inconclusive(`${what}, but the story ended ${inSeconds(dueT - storyToT)} before it was due`, facts)
}
