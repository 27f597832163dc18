import { z } from 'zod'
import { defineCheck, inconclusive, pass, stepNumber } from '../check.ts'
import { rulesLoaded } from '../reading/monitor.ts'
import { silenceDoubt, storyWindow } from '../reading/rules.ts'
import { inStory, loudly, nameAndTime } from '../story-alerts.ts'

export const alertsSilent = defineCheck({
  kind: 'alerts-silent',
  about: 'behaviour',
  time: 'system',
  asks: 'Did the named alerts stay silent?',
  fields: { alerts: z.array(z.string().min(1)).min(1), step: stepNumber.optional() },
  needs: ['monitor'],
  refuse: ({ alerts }, { unheard }) => {
    return alerts.flatMap((alert, index) => {
      const what = unheard(alert, 'written')
      return what === undefined ? [] : [{ path: `alerts.${index}`, value: alert, what }]
    })
  },
  title: ({ alerts }) => `${alerts.join(', ')} ${alerts.length === 1 ? 'stays' : 'stay'} silent`,
  judge: (reading, { alerts }) => {
    if (reading.storyFromT === null) return inconclusive('the story never began')
    const loud = inStory(reading).filter(({ alert }) => alerts.includes(alert))
    if (loud.length > 0) {
      return loudly(`fired: ${loud.map((episode) => nameAndTime(reading, episode)).join(', ')}`, loud)
    }
    const loaded = rulesLoaded(reading.facts)
    if (!loaded) return inconclusive('none fired, and the rules of Prometheus were not recorded')
    const unknown = alerts.filter((alert) => !loaded.has(alert))
    if (unknown.length > 0)
      return inconclusive(`Prometheus has no rule ${unknown.join(', ')}: its silence says nothing`)
    const doubts = alerts.map((alert) => silenceDoubt(reading.facts, alert, storyWindow(reading)))
    const doubt = doubts.find((one) => one !== null)
    if (doubt) return inconclusive(`none fired, and that says nothing: ${doubt.because}`, doubt.facts)
    return pass(`none of ${alerts.join(', ')} fired, and Prometheus has their rules`)
  },
})
