import { z } from 'zod'
import { factsOf } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { defineCheck, fail, inconclusive, late, milliseconds, minutes, pass, stepNumber, unheardOf } from '../check.ts'
import { silenceDoubt } from '../reading/rules.ts'

export const alertLead = defineCheck({
  kind: 'alert-lead',
  about: 'behaviour',
  time: 'system',
  asks: 'How long before the kernel killed a server was an alert delivered?',
  fields: {
    alert: z.string().min(1),
    atLeastMs: milliseconds.default(0),
    /** The same on the incident's clock; the longer one counts. */
    atLeastMinutes: minutes.default(0),
    step: stepNumber.optional(),
  },
  needs: ['monitor'],
  refuse: ({ alert }, outlook) => unheardOf(alert, outlook),
  title: ({ alert, atLeastMs, atLeastMinutes }) => {
    const lead = atLeastMinutes > 0 ? `${atLeastMinutes} min of the incident` : inSeconds(atLeastMs)
    return `${alert} is delivered at least ${lead} before the first kill`
  },
  judge: ({ plan, facts, faultT, alerts, storyToT, clockAt }, { alert, atLeastMs, atLeastMinutes }) => {
    const leastMs = Math.max(atLeastMs, atLeastMinutes * plan.incidentMinuteMs)
    const kill = factsOf(facts, 'service-event').find(
      ({ action, t }) => action === 'oom' && t >= (faultT ?? 0) && t <= storyToT,
    )
    const told = alerts.find((one) => one.alert === alert && one.firingT >= (faultT ?? 0))
    if (!kill) return inconclusive('no server was killed for its memory, so no alert was due', told?.facts)
    const end = `${kill.service} was killed at ${clockAt(kill.t)}`
    // What had not yet fired when the kernel killed had until then.
    const hadMs = Math.max(0, kill.t - (faultT ?? kill.t))
    const window = { hadMs, plannedMs: hadMs, minuteMs: plan.incidentMinuteMs, what: 'until the kill there were' }
    const doubt = told ? null : silenceDoubt(facts, alert, window)
    if (doubt) return inconclusive(`${end}, and that ${alert} was silent says nothing: ${doubt.because}`, doubt.facts)
    if (told?.deliveredT === undefined || told.deliveredT === null || told.deliveredT > storyToT) {
      return fail(`${end}, and ${alert} was never delivered`, [kill.n, ...(told?.facts ?? [])])
    }
    const leadMs = kill.t - told.deliveredT
    const when = `${alert} was delivered at ${clockAt(told.deliveredT)}, ${inSeconds(Math.abs(leadMs))}`
    const numbers = [kill.n, ...told.facts]
    const because = leadMs < 0 ? `${end}, and ${when} later` : `${end}; ${when} before`
    if (leadMs >= leastMs) return pass(because, numbers)
    const miss = { fromT: faultT ?? 0, toT: told.deliveredT, over: { ms: leastMs - leadMs } }
    return late(`${because}: ${inSeconds(leastMs)} expected`, numbers, miss)
  },
})
