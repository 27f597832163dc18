import { type Fact, factsOf } from '../../journal/facts.ts'
import { secondMs } from './seconds.ts'

/** Was a remedy at work in the second that begins at `fromT`? What it restarts or reloads is down by its own doing. */
export function isAtWork(facts: readonly Fact[]): (second: { readonly fromT: number }) => boolean {
  const spans = factsOf(facts, 'remedy-applied').map(({ startedT, t }) => ({ startedT, endT: t }))
  return ({ fromT }) => spans.some(({ startedT, endT }) => fromT < endT && fromT + secondMs > startedT)
}
