import { counted } from '../../kit/figures.ts'
import { defineCheck, fail, fromScaleMs, inconclusive, pass, stepNumber } from '../check.ts'
import { watchdog } from '../reading/alerts.ts'
import { inStory, nameAndTime } from '../story-alerts.ts'

export const alertsOver = defineCheck({
  kind: 'alerts-over',
  about: 'behaviour',
  time: 'system',
  asks: 'Were all alerts of the story over when it ended?',
  fields: {
    step: stepNumber.optional(),
    /** The story waits for it. Default: always asked. */
    fromScaleMs: fromScaleMs.optional(),
  },
  needs: ['monitor'],
  title: () => 'Every alert that fired is resolved when the story ends',
  judge: (reading) => {
    if (reading.storyFromT === null) return inconclusive('the story never began')
    const fired = inStory(reading).filter(({ alert }) => alert !== watchdog)
    const open = fired.filter(({ resolvedT }) => resolvedT === null || resolvedT > reading.storyToT)
    const facts = (open.length > 0 ? open : fired).flatMap((episode) => episode.facts)
    if (open.length > 0) return fail(`still firing: ${open.map((one) => nameAndTime(reading, one)).join(', ')}`, facts)
    return pass(fired.length === 0 ? 'none had fired' : `all over: ${counted(fired.length, 'alert')}`, facts)
  },
})
