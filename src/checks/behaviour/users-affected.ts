import { percent } from '../../kit/figures.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, inconclusive, share, stepNumber } from '../check.ts'

export const usersAffected = defineCheck({
  kind: 'users-affected',
  about: 'behaviour',
  time: 'none',
  asks: 'What share of the users was affected?',
  fields: { atLeast: share.optional(), atMost: share.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: (bounds) => `Users affected: ${showBounds(bounds, percent)}`,
  judge: (reading, bounds) => {
    const active = new Set(reading.outages.flatMap((outage) => [...outage.usersActive])).size
    const failed = new Set(reading.outages.flatMap((outage) => [...outage.usersFailed])).size
    const value = reading.outage.usersAffectedShare
    const because =
      reading.outages.length === 0 ? 'there was no outage' : `${failed} of ${active} users, ${percent(value)}`
    if (reading.outages.length > 0 && active === 0) return inconclusive('the load does not tell its users apart')
    return judgeBounds(reading, value, bounds, because)
  },
})
