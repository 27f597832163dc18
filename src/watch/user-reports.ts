import { z } from 'zod'
import { factsOf } from '../journal/facts.ts'
import { defineProbe } from './probe.ts'

/** Support and Slack: how many different users have seen a failure since the story began? */
export const userReports = defineProbe({
  kind: 'user-reports',
  about: 'Counts the different users who saw a failure: many users report errors, a few, or none.',
  fields: {
    /** From how many different users on it counts as many. */
    many: z.number().int().positive().default(5),
  },
  make: ({ many }) => ({
    look: ({ facts }) => {
      const start = factsOf(facts, 'phase-entered').find((fact) => fact.phase === 'story')?.t ?? 0
      const samples = factsOf(facts, 'load-sample').filter(
        (one) => one.source === 'users' && one.fromT >= start - 1_000,
      )
      const failed = new Set(samples.flatMap((sample) => sample.usersFailed))
      const active = new Set(samples.flatMap((sample) => sample.usersActive))
      const finding = failed.size >= many ? 'many users' : failed.size > 0 ? 'a few users' : 'no user'
      const because = `${failed.size} of ${active.size} active users saw at least one failure`
      return Promise.resolve({ finding, because, evidence: { failed: failed.size, active: active.size } })
    },
  }),
})
