import { faultTime, metIn } from '../../cell/window.ts'
import { defineCheck, fail, inconclusive, isAnswer, pass, spanOf, stepNumber } from '../../check.ts'

export const faultCured = defineCheck({
  kind: 'fault-cured',
  about: 'behaviour',
  time: 'none',
  asks: 'Was the remedy done, and is the fault gone, or were users that it failed served again although it is there?',
  fields: { step: stepNumber },
  needs: ['requests'],
  title: () => 'The remedy cures',
  judge: (reading, { step }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const applied = span.during('remedy-applied').at(-1)
    const time = faultTime(reading.facts)
    if (!applied || !time) return inconclusive(applied ? 'no fault was in force' : 'no remedy was applied')
    const said = `${applied.remedy} ended with ${applied.because}`
    if (!applied.ok) return fail(`it was not done: ${said}`, [applied.n])
    const undone = span.during('fault-undone').find(({ by }) => by === 'remedy')
    if (undone) return pass(`${said}, and the fault is gone`, [applied.n, undone.n])
    const last = span.during('fault-witnessed').findLast(({ moment }) => moment === 'after')
    if (!last) return inconclusive('no observation was made after the remedy', [applied.n])
    // Whether they were served again is asked beside this.
    const { failed } = metIn(reading.seconds, time)
    const still = `the fault is still there: ${last.because}`
    if (failed > 0) return pass(`${said}; ${still}`, [applied.n, last.n])
    return fail(`${still}; ${said}`, [applied.n, last.n])
  },
})
