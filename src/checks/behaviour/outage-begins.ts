import { clockTime } from '../../kit/clock-time.ts'
import { defineCheck, fail, fromScaleMs, inconclusive, pass, stepNumber, truthfulMs } from '../check.ts'
import { secondMs } from '../reading/seconds.ts'

export const outageBegins = defineCheck({
  kind: 'outage-begins',
  about: 'behaviour',
  time: 'harness',
  asks: "When, on the incident's clock, did the outage begin?",
  fields: {
    from: clockTime,
    to: clockTime,
    fromScaleMs: fromScaleMs.default(truthfulMs),
    step: stepNumber.optional(),
  },
  needs: ['requests'],
  title: ({ from, to }) => `The outage begins between ${from} and ${to}`,
  judge: ({ outages, clockAt }, { from, to }) => {
    // Times compare as they are written: a story is told on one day.
    if (from > to) return inconclusive(`no time is between ${from} and ${to}`)
    // A second in which a deploy failed some requests is not what the report means, unless there is nothing else.
    const outage = outages.find(({ fromT, toT }) => toT - fromT >= secondMs) ?? outages[0]
    if (!outage) return inconclusive('there was no outage, so it began at no time')
    const at = clockAt(outage.fromT)
    const because = `the outage began at ${at}`
    if (at < from) return fail(`${because}, before ${from}`, outage.facts)
    return at > to ? fail(`${because}, after ${to}`, outage.facts) : pass(because, outage.facts)
  },
})
