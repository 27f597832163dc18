import { z } from 'zod'
import { counted, count as shown } from '../../kit/figures.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, stepNumber } from '../check.ts'
import { isOwn, ownTimeOf } from '../reading/own-time.ts'
import { secondMs } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'

const count = z.number().int().nonnegative()

export const failedRequests = defineCheck({
  kind: 'failed-requests',
  about: 'behaviour',
  time: 'system',
  less: 'requests that failed while the clock stood for the harness, or the remedy was at work that ended the outage',
  asks: 'How many requests of users failed since the fault?',
  fields: { atLeast: count.optional(), atMost: count.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: (bounds) => `Failed requests: ${showBounds(bounds, shown)}`,
  judge: (reading, bounds) => {
    const all = reading.failedSinceFault
    const { failedRequests } = reading.outage
    const because = `${counted(all, 'request')} failed since the fault, ${shown(failedRequests)} of them in the outage`
    const own = { over: ownFailures(reading), under: 0, show: (value: number) => counted(value, 'request') }
    return judgeBounds(reading, all, bounds, because, own)
  },
})

/** The longer the harness takes to mend what it broke, the more requests fail: those are its own. */
function ownFailures(reading: Reading): number {
  return reading.outages.reduce((sum, outage) => {
    const own = ownTimeOf(reading, outage)
    const inside = reading.seconds.filter(({ n, fromT }) => {
      return outage.facts.includes(n) && isOwn(own, { fromT, toT: fromT + secondMs })
    })
    return inside.reduce((failed, second) => failed + second.failed, sum)
  }, 0)
}
