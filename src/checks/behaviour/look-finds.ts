import { z } from 'zod'
import { defineCheck, inconclusive, isAnswer, late, pass, spanOf, stepNumber } from '../check.ts'
import { secondMs } from '../reading/seconds.ts'

export const lookFinds = defineCheck({
  kind: 'look-finds',
  about: 'behaviour',
  time: 'none',
  asks: 'Did a look during the story find what the report says?',
  fields: {
    step: stepNumber,
    finds: z.string().min(1),
    /** Only looks of this probe; absent: the last look of the step. */
    probe: z.string().optional(),
  },
  refuse: ({ step, finds, probe }, { unfindable }) => {
    const what = unfindable({ step, probe }, finds)
    return what === undefined ? [] : [{ path: 'finds', value: finds, what }]
  },
  title: ({ finds }) => `The look finds: ${finds}`,
  judge: (reading, { step, finds, probe }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const looks = span.during('observed').filter((observation) => probe === undefined || observation.probe === probe)
    const observation = looks.at(-1)
    if (!observation) return inconclusive('no observation was made')
    const said = `${observation.probe} found '${observation.finding}': ${observation.because}`
    // Who could not tell has neither found it nor found something else.
    if (observation.finding === 'unknown' && finds !== 'unknown')
      return inconclusive(`${said}; expected '${finds}'`, [observation.n])
    if (observation.finding === finds) return pass(said, [observation.n])
    // The machine is watched by the second, and a look may be shorter.
    const fromT = Math.min(span.entered.t, observation.t - secondMs)
    const window = { fromT, toT: observation.t, over: 'crowded' } as const
    return late(`${said}; expected '${finds}'`, [observation.n], window)
  },
})
