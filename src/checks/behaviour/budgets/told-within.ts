import { inSeconds } from '../../../kit/figures.ts'
import { faultTime } from '../../cell/window.ts'
import { defineCheck, inconclusive, late, milliseconds, pass, stepNumber } from '../../check.ts'
import { firstDetection } from '../../reading/alerts.ts'

export const toldWithin = defineCheck({
  kind: 'told-within',
  about: 'behaviour',
  time: 'system',
  asks: 'Was an alert delivered, whichever it was, in time?',
  fields: { withinMs: milliseconds, step: stepNumber.optional() },
  needs: ['monitor'],
  title: ({ withinMs }) => `An alert is delivered within ${inSeconds(withinMs)} of the first failed request`,
  judge: ({ facts, seconds, alerts, storyToT }, { withinMs }) => {
    const time = faultTime(facts)
    if (!time) return inconclusive('no fault was in force')
    const failing = seconds.filter((one) => one.failed > 0 && one.lastFailedT >= time.fromT)
    const [first] = failing
    if (!first) return pass('no request failed, so no alert was due')
    const fromT = Math.max(time.fromT, first.firstFailedT)
    const told = firstDetection(alerts, time.fromT)
    const dueT = fromT + withinMs
    if (!told) {
      if (storyToT < dueT)
        return inconclusive(
          `no alert was delivered, and the story ended ${inSeconds(dueT - storyToT)} too early to say`,
        )
      return late('no alert was delivered', [first.n], { fromT, toT: storyToT, over: { limitMs: withinMs } })
    }
    const tookMs = Math.max(0, told.t - fromT)
    const because = `${told.alert} was delivered after ${inSeconds(tookMs)}`
    if (tookMs <= withinMs) return pass(because)
    return late(`${because}, ${inSeconds(withinMs)} allowed`, [first.n], {
      fromT,
      toT: told.t,
      over: { ms: tookMs - withinMs },
    })
  },
})
