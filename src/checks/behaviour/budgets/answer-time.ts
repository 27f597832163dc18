import { factsOf } from '../../../journal/index.ts'
import { showMs } from '../../../kit/duration.ts'
import { faultTime } from '../../cell/window.ts'
import { defineCheck, inconclusive, late, milliseconds, pass, stepNumber } from '../../check.ts'
import { secondMs } from '../../reading/seconds.ts'

export const answerTime = defineCheck({
  kind: 'answer-time',
  about: 'behaviour',
  time: 'system',
  asks: 'How long did 95 of 100 requests wait at most, in any second of the fault?',
  fields: { atMostMs: milliseconds, step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ atMostMs }) => `95 of 100 requests wait at most ${showMs(atMostMs)} while the fault is there`,
  judge: ({ facts }, { atMostMs }) => {
    const time = faultTime(facts)
    if (!time) return inconclusive('no fault was in force')
    const inside = factsOf(facts, 'load-sample').filter(({ source, fromT }) => {
      return source === 'users' && fromT + secondMs > time.fromT && fromT < time.goneT
    })
    const worst = inside.toSorted((a, b) => (b.latencyMs?.p95 ?? 0) - (a.latencyMs?.p95 ?? 0))[0]
    if (!worst?.latencyMs) return inconclusive('no request was answered while the fault was there')
    const { p95 } = worst.latencyMs
    const because = `95 of 100 waited ${showMs(p95)} at most in the worst second`
    if (p95 <= atMostMs) return pass(because, [worst.n])
    const over = { ms: p95 - atMostMs }
    return late(`${because}, ${showMs(atMostMs)} allowed`, [worst.n], {
      fromT: worst.fromT,
      toT: worst.fromT + secondMs + p95,
      over,
    })
  },
})
