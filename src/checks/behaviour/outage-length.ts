import { judgeBounds, showBounds } from '../bounds.ts'
import { defineCheck, fail, milliseconds, stepNumber } from '../check.ts'
import { counted, inSeconds } from '../words.ts'

export const outageLength = defineCheck({
  kind: 'outage-length',
  about: 'behaviour',
  asks: 'How long were the users without service?',
  fields: { atLeastMs: milliseconds.optional(), atMostMs: milliseconds.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ atLeastMs, atMostMs }) => `Outage: ${showBounds({ atLeast: atLeastMs, atMost: atMostMs }, inSeconds)}`,
  judge: (reading, { atLeastMs, atMostMs }) => {
    const ms = reading.outage.seconds * 1_000
    const bounds = { atLeast: atLeastMs, atMost: atMostMs }
    const times = reading.outages.length > 1 ? ` in ${reading.outages.length} outages` : ''
    // Failures in one second only have no length, and are an outage all the same.
    if (reading.outages.length > 0 && ms === 0 && atMostMs === 0) {
      return fail(`no length, but ${counted(reading.outage.failedRequests, 'failed request')}`)
    }
    const because = reading.outages.length === 0 ? 'there was no outage' : `${inSeconds(ms)} without service${times}`
    return judgeBounds(reading, ms, bounds, because)
  },
})
