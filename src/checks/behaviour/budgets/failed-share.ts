import { counted, percent } from '../../../kit/figures.ts'
import { faultTime, metIn } from '../../cell/window.ts'
import { defineCheck, fail, inconclusive, late, pass, share, stepNumber } from '../../check.ts'

export const failedShare = defineCheck({
  kind: 'failed-share',
  about: 'behaviour',
  time: 'system',
  asks: 'What share of the requests failed while the fault was there?',
  fields: { atMost: share, step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ atMost }) =>
    atMost === 0 ? 'No request fails while the fault is there' : `At most ${percent(atMost)} of requests fail`,
  judge: ({ facts, seconds }, { atMost }) => {
    const time = faultTime(facts)
    if (!time) return inconclusive('no fault was in force')
    const { asked, failed, share: value, during } = metIn(seconds, time)
    const because = `${failed} of ${counted(asked, 'request')} failed, ${percent(value)}`
    const numbers = during.map(({ n }) => n)
    if (value <= atMost) return pass(because, numbers)
    const told = `${because}: ${percent(atMost)} allowed`
    // What must not happen at all is no matter of how much room there was.
    if (atMost === 0) return fail(told, numbers)
    return late(told, numbers, { fromT: time.fromT, toT: time.goneT, over: { share: value - atMost } })
  },
})
