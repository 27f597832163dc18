import { judgeBounds, showBounds } from '../bounds.ts'
import { type Answer, defineCheck, fail, milliseconds, minutes, stepNumber } from '../check.ts'
import type { Reading } from '../reading.ts'
import { counted, inSeconds } from '../words.ts'

export const outageLength = defineCheck({
  kind: 'outage-length',
  about: 'behaviour',
  asks: 'How long were the users without service?',
  fields: {
    atLeastMs: milliseconds.optional(),
    atMostMs: milliseconds.optional(),
    /** The same on the incident's clock, whatever a minute of it takes here. */
    atLeastMinutes: minutes.optional(),
    atMostMinutes: minutes.optional(),
    step: stepNumber.optional(),
  },
  needs: ['requests'],
  title: ({ atLeastMs, atMostMs, atLeastMinutes, atMostMinutes }) => {
    const isReal = atLeastMs !== undefined || atMostMs !== undefined
    const real = showBounds({ atLeast: atLeastMs, atMost: atMostMs }, inSeconds)
    const told = showBounds({ atLeast: atLeastMinutes, atMost: atMostMinutes }, (value) => `${value} min`)
    return `Outage: ${isReal ? real : `${told} of the incident`}`
  },
  judge: (reading, { atLeastMs, atMostMs, atLeastMinutes, atMostMinutes }) => {
    const { incidentMinuteMs } = reading.plan
    const ms = reading.outage.seconds * 1_000
    const scaled = (value: number | undefined) => (value === undefined ? undefined : value * incidentMinuteMs)
    const bounds = { atLeast: atLeastMs ?? scaled(atLeastMinutes), atMost: atMostMs ?? scaled(atMostMinutes) }
    const times = reading.outages.length > 1 ? ` in ${reading.outages.length} outages` : ''
    // Failures in one second only have no length, and are an outage all the same.
    if (reading.outages.length > 0 && ms === 0 && bounds.atMost === 0) {
      return fail(`no length, but ${counted(reading.outage.failedRequests, 'failed request')}`)
    }
    const onItsClock = `${Math.round(reading.outage.incidentMinutes)} min of the incident`
    const length = `${inSeconds(ms)} (${onItsClock}) without service`
    const because = reading.outages.length === 0 ? 'there was no outage' : `${length}${times}`
    return timed(reading, judgeBounds(reading, ms, bounds, because), { ms, atMost: bounds.atMost })
  },
})

/** Too long is a miss of the system's time; that there was an outage at all, where none may be, is not. */
function timed({ outage }: Reading, answer: Answer, { ms, atMost = 0 }: { ms: number; atMost?: number | undefined }) {
  const { fromT, toT } = outage
  if (answer.status !== 'fail' || fromT === null || toT === null || atMost === 0 || ms <= atMost) return answer
  return { ...answer, miss: { fromT, toT, over: { ms: ms - atMost } } }
}
