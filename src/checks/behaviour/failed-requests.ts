import { z } from 'zod'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, stepNumber } from '../check.ts'
import { counted } from '../words.ts'

const count = z.number().int().nonnegative()

export const failedRequests = defineCheck({
  kind: 'failed-requests',
  about: 'behaviour',
  asks: 'How many requests of users failed since the fault?',
  fields: { atLeast: count.optional(), atMost: count.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: (bounds) => `Failed requests: ${showBounds(bounds, String)}`,
  judge: (reading, bounds) => {
    const all = reading.failedSinceFault
    const { failedRequests } = reading.outage
    const because = `${counted(all, 'request')} failed since the fault, ${failedRequests} of them in the outage`
    return judgeBounds(reading, all, bounds, because)
  },
})
