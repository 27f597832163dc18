import { factsOf } from '../../journal/facts.ts'
import { total } from '../../kit/ledger.ts'
import { defineGate, pass, unsure } from '../check.ts'
import { percent } from '../words.ts'

const lagLimitMs = 50
const utilisationLimit = 0.9
/** This share of the seconds may be over the limit of utilisation: one stray collection of garbage is no overload. */
const busySecondsShare = 0.05
const notSentShare = 0.02

export const loadHealthy = defineGate({
  kind: 'load-healthy',
  asks: 'Did the load generator keep its own plan?',
  judge: ({ facts }) => {
    const closed = factsOf(facts, 'ledger-closed').find((fact) => fact.source === 'users')
    if (!closed?.scheduleLagMs) return unsure("the users' load was never closed, or its schedule lag is not known")
    const samples = factsOf(facts, 'load-sample').filter((fact) => fact.source === 'users')
    if (samples.length === 0) return unsure('there is no sample of the load')
    const lag = closed.scheduleLagMs.p99
    const busy = samples.filter((sample) => sample.loopUtilisation >= utilisationLimit)
    const notSent = (closed.ledger.not_sent ?? 0) / Math.max(1, total(closed.ledger))
    const figures = `schedule lag p99 ${lag.toFixed(1)} ms, ${busy.length} of ${samples.length} seconds over ${percent(
      utilisationLimit,
    )} busy, ${percent(notSent)} not sent`
    if (!(lag < lagLimitMs)) return unsure(`late by itself: ${figures}; the limit is ${lagLimitMs} ms`, [closed.n])
    if (busy.length > samples.length * busySecondsShare)
      return unsure(
        `overloaded: ${figures}`,
        busy.map((one) => one.n),
      )
    if (notSent > notSentShare) return unsure(`requests were not sent: ${figures}`, [closed.n])
    return pass(figures, [closed.n])
  },
})
