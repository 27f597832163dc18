import { z } from 'zod'
import { defineCheck, fail, pass, stepNumber, unsure } from '../check.ts'

/** Such times compare as they are written: a story is told on one day. */
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'no clock time: write HH:MM')

export const outageBegins = defineCheck({
  kind: 'outage-begins',
  about: 'behaviour',
  asks: "When, on the incident's clock, was the first request failed?",
  fields: { from: clock, to: clock, step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ from, to }) => `The outage begins between ${from} and ${to}`,
  judge: ({ outage, outages, clockAt }, { from, to }) => {
    if (outage.fromT === null) return unsure('there was no outage, so it began at no time')
    const facts = outages[0]?.facts ?? []
    const at = clockAt(outage.fromT)
    const because = `the first request failed at ${at}`
    if (at < from) return fail(`${because}, before ${from}`, facts)
    return at > to ? fail(`${because}, after ${to}`, facts) : pass(because, facts)
  },
})
