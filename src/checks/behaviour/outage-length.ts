import { counted, inSeconds } from '../../kit/figures.ts'
import { judgeBounds, showBounds } from '../bounds.ts'
import { type Answer, defineCheck, fail, milliseconds, minutes, stepNumber } from '../check.ts'
import { ownMs, ownTimeOf } from '../reading/own-time.ts'
import type { Reading } from '../reading.ts'

export const outageLength = defineCheck({
  kind: 'outage-length',
  about: 'behaviour',
  time: 'system',
  less: 'while the clock stood for the harness, and what the remedy took that ended the outage',
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
    const told = showBounds({ atLeast: atLeastMinutes, atMost: atMostMinutes }, inMinutes)
    return `Outage: ${isReal ? real : `${told} of the incident`}`
  },
  judge: (reading, { atLeastMs, atMostMs, atLeastMinutes, atMostMinutes }) => {
    const { outages, outage } = reading
    const ms = outage.seconds * 1_000
    const isReal = atLeastMs !== undefined || atMostMs !== undefined
    const bounds = isReal
      ? { atLeast: atLeastMs, atMost: atMostMs }
      : { atLeast: atLeastMinutes, atMost: atMostMinutes }
    const times = outages.length > 1 ? ` in ${outages.length} outages` : ''
    // Failures in one second only have no length, and are an outage all the same.
    if (outages.length > 0 && ms === 0 && bounds.atMost === 0) {
      return fail(`no length, but ${counted(outage.failedRequests, 'failed request')}`)
    }
    const own = ownOf(reading)
    const told = outage.incidentMinutes + own.keptMinutes
    const length = `${inSeconds(ms)} (${Math.round(told)} min of the incident) without service`
    const because = outages.length === 0 ? 'there was no outage' : `${length}${times}`
    if (!isReal) {
      return judgeBounds(reading, told, bounds, because, {
        over: own.minutes,
        under: own.lateMinutes,
        show: inMinutes,
      })
    }
    const answer = judgeBounds(reading, ms, bounds, because, { over: own.ms, under: own.lateMs, show: inSeconds })
    return timed(reading, answer, { ms, atMost: bounds.atMost })
  },
})

/** Too long is a miss of the system's time; that there was an outage at all, where none may be, is not. */
function timed({ outage }: Reading, answer: Answer, { ms, atMost = 0 }: { ms: number; atMost?: number | undefined }) {
  const { fromT, toT } = outage
  if (answer.status !== 'fail' || fromT === null || toT === null || atMost === 0 || ms <= atMost) return answer
  return { ...answer, miss: { fromT, toT, over: { ms: ms - atMost } } }
}

const inMinutes = (value: number) => `${Number(value.toFixed(1))} min`

function ownOf(reading: Reading) {
  const each = reading.outages.map((outage) => ({ own: ownTimeOf(reading, outage), outage }))
  const sum = (of: (one: (typeof each)[number]) => number) => each.reduce((all, one) => all + of(one), 0)
  return {
    ms: sum(({ own, outage }) => ownMs(own, outage)),
    minutes: sum(({ own }) => own.deedMinutes),
    keptMinutes: sum(({ own }) => own.keptMinutes),
    lateMs: sum(({ own }) => own.lateMs),
    lateMinutes: sum(({ own }) => own.lateMinutes),
  }
}
