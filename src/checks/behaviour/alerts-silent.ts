import { z } from 'zod'
import { defineCheck, fail, pass, stepNumber, unsure } from '../check.ts'
import { inStory, nameAndTime } from '../story-alerts.ts'

export const alertsSilent = defineCheck({
  kind: 'alerts-silent',
  about: 'behaviour',
  asks: 'Did the named alerts stay silent?',
  fields: { alerts: z.array(z.string().min(1)).min(1), step: stepNumber.optional() },
  needs: ['monitor'],
  title: ({ alerts }) => `${alerts.join(', ')} ${alerts.length === 1 ? 'stays' : 'stay'} silent`,
  judge: (reading, { alerts }) => {
    if (reading.storyFromT === null) return unsure('the story never began')
    const loud = inStory(reading).filter(({ alert }) => alerts.includes(alert))
    if (loud.length === 0) return pass(`none of ${alerts.join(', ')} fired`)
    const facts = loud.flatMap((episode) => episode.facts)
    return fail(`fired: ${loud.map((episode) => nameAndTime(reading, episode)).join(', ')}`, facts)
  },
})
