import { count, counted, percent } from '../../kit/figures.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, inconclusive, share, stepNumber } from '../check.ts'
import { wholeSecondsOf } from '../reading/outages.ts'

/** A user who was failed once was affected; how complete an outage was is told by the share of requests that failed. */
export const outageDepth = defineCheck({
  kind: 'outage-depth',
  about: 'behaviour',
  time: 'none',
  asks: 'What share of the requests failed while the outage was on?',
  fields: { atLeast: share.optional(), atMost: share.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: (bounds) => `Requests that failed while the outage was on: ${showBounds(bounds, percent)}`,
  judge: (reading, bounds) => {
    const seconds = wholeSecondsOf(reading)
    if (seconds.length === 0) return inconclusive('no outage lasted a whole second')
    // A share may rise and fall until it is over.
    if (reading.outages.some(({ recoveredT }) => recoveredT === null)) return inconclusive('the outage was not over')
    const asked = seconds.reduce((sum, { requests }) => sum + requests, 0)
    if (asked === 0) return inconclusive('nothing was asked while the outage was on')
    const failed = seconds.reduce((sum, second) => sum + second.failed, 0)
    const asking = `${count(failed)} of ${counted(asked, 'request')}`
    const because = `in ${counted(seconds.length, 'second')} of outage ${asking} failed`
    return judgeBounds(reading, failed / asked, bounds, `${because}, ${percent(failed / asked)}`)
  },
})
