import { defineCheck, fail, isAnswer, milliseconds, pass, spanOf, stepNumber, unsure } from '../check.ts'
import { goodStretches, secondMs } from '../reading/seconds.ts'
import { inSeconds } from '../words.ts'

export const recovered = defineCheck({
  kind: 'recovered',
  about: 'behaviour',
  time: 'system',
  asks: 'Was service restored in time, and did it hold?',
  fields: {
    /** The time counts from the begin of this step. */
    step: stepNumber,
    withinMs: milliseconds,
    /** A single good answer is no recovery: for so long service must be good, ms. */
    holdMs: milliseconds.default(5_000),
  },
  needs: ['requests'],
  title: ({ withinMs, holdMs }) => `Service is good within ${inSeconds(withinMs)} and holds for ${inSeconds(holdMs)}`,
  judge: (reading, { step, withinMs, holdMs }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const enteredT = span.entered.t
    const latestT = enteredT + withinMs
    const stretches = goodStretches(reading.seconds).map((stretch) => ({
      facts: stretch.facts,
      fromT: Math.max(stretch.fromT, enteredT),
      toT: stretch.toT,
    }))
    const held = stretches.find(({ fromT, toT }) => fromT <= latestT && toT - fromT >= holdMs)
    const numbers = [span.entered.n, ...(held ? held.facts : [])]
    if (held) {
      const when = held.fromT > enteredT ? `after ${inSeconds(held.fromT - enteredT)}` : 'from the begin of the step'
      const was = reading.outages.length === 0 ? '; it had never been out' : ''
      return pass(`service was good ${when} and held for ${inSeconds(held.toT - held.fromT)}${was}`, numbers)
    }
    const seenT = (reading.seconds.at(-1)?.fromT ?? 0) + secondMs
    // A run that ends early has not recovered, and has not failed to either.
    const isOpen = stretches.some(({ fromT, toT }) => fromT <= latestT && toT >= seenT)
    if (seenT < latestT || isOpen) return unsure('the load ended before service could hold', numbers)
    return fail(`service did not hold for ${inSeconds(holdMs)} within ${inSeconds(withinMs)}`, numbers)
  },
})
