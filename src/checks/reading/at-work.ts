import { type Fact, factsOf } from '../../journal/index.ts'
import { secondMs } from './seconds.ts'

/**
 * How a connection ends that is refused or closed by what is restarted or reloaded: what the engine forwards to a port
 * where nothing listens yet is reset.
 */
const ofRestarts: readonly string[] = ['connect_refused', 'closed_without_response', 'reset']

/** Was a remedy that changed something at work in a second? What it restarts or reloads is down by its doing. */
export function isAtWork(facts: readonly Fact[]): (second: { readonly fromT: number }) => boolean {
  const spans = factsOf(facts, 'remedy-applied').flatMap(({ startedT, t, changed }) => {
    return changed ? [{ startedT, endT: t }] : []
  })
  return ({ fromT }) => spans.some(({ startedT, endT }) => fromT < endT && fromT + secondMs > startedT)
}

/** Did a request of a second end this way by a remedy's doing, and not by the outage's? */
export function isOfRemedy(facts: readonly Fact[]): (second: { readonly fromT: number }, how: string) => boolean {
  const atWork = isAtWork(facts)
  return (second, how) => ofRestarts.includes(how) && atWork(second)
}
