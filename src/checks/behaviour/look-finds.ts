import { z } from 'zod'
import { defineCheck, isAnswer, late, pass, spanOf, stepNumber, unsure } from '../check.ts'
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
    const looks = span.during('observed').filter((sight) => probe === undefined || sight.probe === probe)
    const sight = looks.at(-1)
    if (!sight) return unsure('no observation was made')
    const said = `${sight.probe} found '${sight.finding}': ${sight.because}`
    // Who could not tell has neither found it nor found something else.
    if (sight.finding === 'unknown' && finds !== 'unknown') return unsure(`${said}; expected '${finds}'`, [sight.n])
    if (sight.finding === finds) return pass(said, [sight.n])
    // The machine is watched by the second, and a look may be shorter.
    const fromT = Math.min(span.entered.t, sight.t - secondMs)
    const window = { fromT, toT: sight.t, over: 'crowded' } as const
    return late(`${said}; expected '${finds}'`, [sight.n], window)
  },
})
