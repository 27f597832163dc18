import { defineCheck, fail, inconclusive, isAnswer, pass, spanOf, stepNumber } from '../../check.ts'

export const deedDone = defineCheck({
  kind: 'deed-done',
  about: 'behaviour',
  time: 'none',
  asks: 'Was done what the step says?',
  fields: { step: stepNumber },
  title: () => 'The deploy is done',
  judge: (reading, { step }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const applied = span.during('remedy-applied').at(-1)
    if (!applied) return inconclusive('nothing was done in that step')
    return applied.ok ? pass(applied.because, [applied.n]) : fail(applied.because, [applied.n])
  },
})
