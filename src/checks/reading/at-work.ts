import { type Fact, factsOf } from '../../journal/facts.ts'
import { secondMs } from './seconds.ts'

/** Was a remedy that changed something at work in a second? What it restarts or reloads is down by its doing. */
export function isAtWork(facts: readonly Fact[]): (second: { readonly fromT: number }) => boolean {
  const spans = factsOf(facts, 'remedy-applied').flatMap(({ startedT, t, changed }) => {
    return changed ? [{ startedT, endT: t }] : []
  })
  return ({ fromT }) => spans.some(({ startedT, endT }) => fromT < endT && fromT + secondMs > startedT)
}
