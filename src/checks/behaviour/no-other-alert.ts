import { z } from 'zod'
import { counted } from '../../kit/figures.ts'
import { defineCheck, inconclusive, pass, stepNumber } from '../check.ts'
import { watchdog } from '../reading/alerts.ts'
import { rulesLoaded } from '../reading/monitor.ts'
import { deadRules, unlooked } from '../reading/rules.ts'
import { inStory, loudly, nameAndTime } from '../story-alerts.ts'

export const noOtherAlert = defineCheck({
  kind: 'no-other-alert',
  about: 'behaviour',
  time: 'system',
  asks: 'Did only the expected alerts fire?',
  fields: { allow: z.array(z.string()).default([]), step: stepNumber.optional() },
  needs: ['monitor'],
  title: ({ allow }) => (allow.length === 0 ? 'No alert fires' : `No alert fires but ${allow.join(', ')}`),
  judge: (reading, { allow }) => {
    const others = inStory(reading).filter(({ alert }) => alert !== watchdog && !allow.includes(alert))
    if (reading.storyFromT === null) return inconclusive('the story never began')
    if (others.length > 0) {
      return loudly(`fired too: ${others.map((episode) => nameAndTime(reading, episode)).join(', ')}`, others)
    }
    const silence = allow.length === 0 ? 'no alert fired' : 'no other alert fired'
    const loaded = rulesLoaded(reading.facts)
    const asked = [...(loaded ?? [])].filter((alert) => alert !== watchdog && !allow.includes(alert))
    if (loaded && asked.length === 0) return inconclusive(`${silence}, and Prometheus has no rule that could have`)
    const all = deadRules(reading.facts)
    if (all === null) return inconclusive(`${silence}, and that says nothing: ${unlooked}`)
    const dead = all.filter(({ alert }) => asked.includes(alert))
    if (dead.length === 0) return pass(silence)
    const deaf = `${dead.map(({ alert }) => alert).join(', ')} had nothing to look at`
    if (loaded && dead.length === asked.length) return inconclusive(`${silence}, and that says nothing: ${deaf}`)
    return pass(`${silence} of ${counted(asked.length - dead.length, 'rule')} that could have; ${deaf}`)
  },
})
