import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { measureActions } from '../../kit/outcomes.ts'
import { defineCheck, fail, inconclusive, isAnswer, pass, spanOf, stepNumber } from '../check.ts'

export const measureActed = defineCheck({
  kind: 'measure-acted',
  about: 'behaviour',
  time: 'none',
  asks: 'Did a preventive measure do its part?',
  fields: {
    measure: z.string().min(1),
    action: z.enum(measureActions),
    /** In which it is to act; absent: at any time of the run. */
    step: stepNumber.optional(),
  },
  refuse: ({ measure }, { measures }) => {
    if (measures.includes(measure)) return []
    return [{ path: 'measure', value: measure, what: `it is none of ${measures.join(', ') || 'no measures'}` }]
  },
  title: ({ measure, action }) => `${measure}: ${action}`,
  judge: (reading, { measure, action, step }) => {
    const { facts, plan } = reading
    if (!plan.measures.includes(measure)) return inconclusive(`${measure} was not switched on`)
    if (factsOf(facts, 'fault-injected').length === 0)
      return inconclusive('no fault was attempted, so it had nothing to do')
    const span = step === undefined ? undefined : spanOf(reading, step)
    if (span && isAnswer(span)) return span
    const all = span ? span.during('measure-acted') : factsOf(facts, 'measure-acted')
    const acts = all.filter((fact) => fact.measure === measure)
    const numbers = acts.map((fact) => fact.n)
    const own = acts.find((fact) => fact.action === action)
    if (own) return pass(`${own.because} (took ${Math.round(own.tookMs)} ms)`, [own.n])
    if (acts.length === 0) return fail(`${measure} did nothing`)
    return fail(`it did something else: ${acts.map((fact) => `${fact.action} (${fact.because})`).join(', ')}`, numbers)
  },
})
