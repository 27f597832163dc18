import { factsOf, requestsToTell } from '../journal/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { total } from '../kit/ledger.ts'
import type { Stage } from './stage.ts'

const lookEveryMs = 50
/** A request may wait for its timeout, and its second is known a little later, ms. */
const knownAfterMs = 4_000

/**
 * Waits until as many requests of users are known as a verdict needs to tell what was met since `fromT`, in seconds
 * that lie wholly after it. Not for ever: users who are not answered at all are known after their timeout.
 */
export async function awaitRequests(stage: Stage, fromT: number): Promise<void> {
  const { clock, signal, pace } = stage
  const { users } = stage.load
  const slow = Math.ceil((requestsToTell / users.ratePerS) * 1_000)
  const withinMs = (users.timeout + slow + knownAfterMs) * pace.factor
  const enough = () => Promise.resolve(requestsSince(stage, fromT) >= requestsToTell ? true : undefined)
  await pollUntil(enough, { withinMs, everyMs: lookEveryMs, clock, signal })
}

/** Requests of users in whole seconds after an instant that are known by now. */
export function requestsSince({ facts }: Pick<Stage, 'facts'>, fromT: number): number {
  return factsOf(facts, 'load-sample')
    .filter((sample) => sample.source === 'users' && sample.fromT >= fromT)
    .reduce((sum, { ledger }) => sum + total(ledger), 0)
}
