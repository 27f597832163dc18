import { inSeconds } from '../../../kit/figures.ts'
import { faultTime } from '../../cell/window.ts'
import { defineCheck, inconclusive, late, milliseconds, pass, stepNumber } from '../../check.ts'
import { firstDetection } from '../../reading/alerts.ts'
import { rulesInTime, type TheirRulesTime } from '../../reading/their-alerts.ts'

/** None of their rules could have fired: which hold would do. */
function tooShort({ all, quickestMs }: TheirRulesTime): string {
  if (quickestMs === null) return 'no rule of theirs has anything to look at, so that none could fire'
  const hold = `--hold ${Math.ceil(quickestMs / 1_000)}s`
  return `none of ${all} rules could have fired in the hold: the quickest needs ${inSeconds(quickestMs)} (${hold})`
}

export const toldWithin = defineCheck({
  kind: 'told-within',
  about: 'behaviour',
  time: 'system',
  asks: 'Was an alert delivered, whichever it was, in time?',
  fields: { withinMs: milliseconds, step: stepNumber.optional() },
  needs: ['monitor'],
  title: ({ withinMs }) => `An alert is delivered within ${inSeconds(withinMs)} of the first failed request`,
  judge: ({ facts, seconds, telling, storyToT, plan }, { withinMs }) => {
    const time = faultTime(facts)
    if (!time) return inconclusive('no fault was in force')
    const failing = seconds.filter((one) => one.failed > 0 && one.lastFailedT >= time.fromT)
    const [first] = failing
    if (!first) return pass('no request failed, so no alert was due')
    const fromT = Math.max(time.fromT, first.firstFailedT)
    const told = firstDetection(telling, time.fromT)
    const dueT = fromT + withinMs
    if (!told) {
      const rules = plan.theirs ? rulesInTime(facts, time.goneT - time.fromT) : undefined
      if (rules?.could === 0) return inconclusive(tooShort(rules))
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
