import { factsOf } from '../../journal/facts.ts'
import { defineGate, pass, unsure } from '../check.ts'
import { firedIn, watchdog } from '../reading/alerts.ts'
import { lagLimitMs } from '../reading/load.ts'
import { type Second, secondMs } from '../reading/seconds.ts'
import { counted } from '../words.ts'

export const steadyBefore = defineGate({
  kind: 'steady-before',
  asks: 'Was everything well before the fault?',
  judge: ({ facts, plan, seconds, alerts, faultT, storyFromT }) => {
    const looks = factsOf(facts, 'steady-checked').filter((fact) => storyFromT === null || fact.t <= storyFromT)
    const checked = looks.at(-1)
    if (!checked || faultT === null) return unsure('the steady state was not looked at before the story')
    if (!checked.steady) return unsure(`not steady: ${checked.because}`, [checked.n])
    if (checked.requests === 0) return unsure('the steady state rests on no request at all', [checked.n])
    const fromT = faultT - Math.max(plan.steadyMs, secondMs)
    const before = seconds.filter((second) => second.fromT >= fromT && second.fromT <= faultT)
    if (!before.some((second) => second.requests > 0)) return unsure('no request was seen just before the fault')
    const struckT = faultT - underWayMs(before)
    const failing = before.filter((second) => second.failed > 0 && second.firstFailedT < struckT)
    if (failing.length > 0) {
      const numbers = failing.map((second) => second.n)
      return unsure(`requests failed before the fault, in ${counted(failing.length, 'second')}`, numbers)
    }
    const early = alerts.filter((episode) => episode.alert !== watchdog && firedIn(episode, fromT, faultT))
    if (early.length > 0) {
      const names = [...new Set(early.map((episode) => episode.alert))].join(', ')
      return unsure(
        `firing before the fault: ${names}`,
        early.flatMap((episode) => episode.facts),
      )
    }
    return pass(checked.because, [checked.n])
  },
})

/** A request that had left so shortly before the fault was still under way when it struck: it is one of its victims. */
function underWayMs(before: readonly Second[]): number {
  return Math.max(lagLimitMs, ...before.filter(({ failed }) => failed === 0).map(({ waitedMs }) => waitedMs))
}
