import { z } from 'zod'
import { type FactOf, factsOf } from '../../journal/index.ts'
import { defineProbe } from '../probe.ts'

/** Seconds of the proxy's log that are looked at; its newest one is told a moment later than the rest. */
const seconds = 3

/** Is there more traffic than usual? */
export const trafficLevel = defineProbe({
  kind: 'traffic-level',
  about: "Counts the requests in the proxy's log beside those before the story: high traffic, or usual traffic.",
  finds: ['high traffic', 'usual traffic'],
  fields: {
    /** From how many times the usual rate on traffic is high. */
    times: z.number().min(1.1).default(2),
  },
  make: ({ times }) => ({
    look: ({ facts }) => {
      const start = factsOf(facts, 'phase-entered').find((fact) => fact.phase === 'story')?.t ?? 0
      const samples = factsOf(facts, 'proxy-sample')
      const usual = rateOf(samples.filter(({ fromT }) => fromT + 1_000 <= start).slice(-seconds))
      const now = rateOf(samples.filter(({ fromT }) => fromT >= start).slice(-seconds))
      const evidence = { usualPerS: usual, nowPerS: now }
      const because = `${now} requests a second in the proxy's log, ${usual} before the story began`
      return Promise.resolve({
        finding: usual > 0 && now >= usual * times ? 'high traffic' : 'usual traffic',
        because,
        evidence,
      })
    },
  }),
})

function rateOf(samples: readonly FactOf<'proxy-sample'>[]): number {
  const requests = samples.flatMap(({ byStatus }) => Object.values(byStatus)).reduce((sum, count) => sum + count, 0)
  return samples.length === 0 ? 0 : Math.round(requests / samples.length)
}
