import { z } from 'zod'
import { defineCheck, fail, pass, stepNumber, unsure } from '../check.ts'
import { watchdog } from '../reading/alerts.ts'
import { inStory, nameAndTime } from '../story-alerts.ts'

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
    if (reading.storyFromT === null) return unsure('the story never began')
    if (others.length > 0) {
      const facts = others.flatMap((episode) => episode.facts)
      return fail(`fired too: ${others.map((episode) => nameAndTime(reading, episode)).join(', ')}`, facts)
    }
    return pass(allow.length === 0 ? 'no alert fired' : 'no other alert fired')
  },
})
