import { z } from 'zod'
import { faultOutcomes } from '../../kit/outcomes.ts'
import { defineCheck, fail, inconclusive, isAnswer, pass, spanOf, stepNumber } from '../check.ts'

export const faultOutcome = defineCheck({
  kind: 'fault-outcome',
  about: 'behaviour',
  time: 'none',
  asks: 'What became of the fault?',
  fields: { step: stepNumber, outcome: z.enum(faultOutcomes) },
  title: ({ outcome }) => `The fault ends ${outcome}`,
  judge: (reading, { step, outcome }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const injected = span.during('fault-injected').at(-1)
    if (!injected) return inconclusive('no fault was injected')
    const because = `${injected.fault}: ${injected.outcome}, ${injected.because}`
    if (injected.outcome === outcome) return pass(because, [injected.n])
    return fail(`${because}; expected ${outcome}`, [injected.n])
  },
})
