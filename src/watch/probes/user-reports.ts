import { z } from 'zod'
import { type Fact, factsOf } from '../../journal/index.ts'
import { type Clock, pollUntil } from '../../kit/clock.ts'
import { defineProbe } from '../probe.ts'

/** Support and Slack: how many different users have seen a failure since the story began? */
export const userReports = defineProbe({
  kind: 'user-reports',
  about: 'Counts the different users who saw a failure: many users report errors, a few, or none.',
  finds: ['many users', 'a few users', 'no user'],
  fields: {
    /** From how many different users on it counts as many. */
    many: z.number().int().positive().default(5),
  },
  make: ({ many }) => ({
    look: async ({ facts, now, clock }) => {
      await heardUntil(facts, now(), clock)
      const start = factsOf(facts, 'phase-entered').find((fact) => fact.phase === 'story')?.t ?? 0
      const samples = factsOf(facts, 'load-sample').filter(
        (one) => one.source === 'users' && one.fromT >= start - 1_000,
      )
      const failed = new Set(samples.flatMap((sample) => sample.usersFailed))
      const active = new Set(samples.flatMap((sample) => sample.usersActive))
      const finding = failed.size >= many ? 'many users' : failed.size > 0 ? 'a few users' : 'no user'
      const because = `${failed.size} of ${active.size} active users saw at least one failure`
      return { finding, because, evidence: { failed: failed.size, active: active.size } }
    },
  }),
})

/** What users saw in a second is known a little later, when its last request has ended: waits for it, not for ever. */
async function heardUntil(facts: readonly Fact[], t: number, clock: Clock): Promise<void> {
  const newest = () => {
    return (
      factsOf(facts, 'load-sample').findLast((sample) => sample.source === 'users')?.fromT ?? Number.NEGATIVE_INFINITY
    )
  }
  await pollUntil(() => Promise.resolve(newest() + 1_000 >= t ? true : undefined), {
    withinMs: 3_000,
    everyMs: 50,
    clock,
  })
}
