import { z } from 'zod'
import { requestsToTell } from '../../journal/index.ts'
import { percent } from '../../kit/figures.ts'
import { defineCheck, fail, inconclusive, isAnswer, pass, spanOf, stepNumber } from '../check.ts'
import { badShare, sumBetween } from '../reading/seconds.ts'

/** How far back from the step it is looked, ms. */
const windowMs = 4_000

export const outageStays = defineCheck({
  kind: 'outage-stays',
  about: 'behaviour',
  time: 'none',
  asks: 'Without the remedy, was the outage still there?',
  fields: {
    /** The moment asked about is the begin of this step. */
    step: stepNumber,
    without: z.string(),
    /** False: service is expected to have recovered on its own. */
    stays: z.boolean().default(true),
  },
  needs: ['requests'],
  title: ({ without, stays }) => `Without ${without} the outage ${stays ? 'stays' : 'ends all the same'}`,
  judge: (reading, { step, stays }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const { t, n } = span.entered
    if (reading.outages.length === 0) return inconclusive('there was no outage', [n])
    const seen = sumBetween(reading.seconds, Math.max(reading.faultT ?? 0, t - windowMs), t)
    const facts = [n, ...seen.facts]
    if (seen.requests < requestsToTell) return inconclusive(`only ${seen.requests} requests to tell by`, facts)
    const isOut = seen.share >= badShare
    const because = `${percent(seen.share)} of requests failed just before ${reading.clockAt(t)}`
    return isOut === stays ? pass(because, facts) : fail(because, facts)
  },
})
