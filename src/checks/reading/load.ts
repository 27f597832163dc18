import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { secondMs } from './seconds.ts'

/** As late as a request may leave, ms: beyond it the generator did not keep its plan. */
export const lagLimitMs = 50

type Sample = FactOf<'load-sample'>

/** Which load a fact is of: its source, and the surge that brought it. Each has samples and a ledger of its own. */
export function loadOf({ source, surge }: Pick<Sample, 'source' | 'surge'>): string {
  return surge === undefined ? source : `${source} of surge ${surge}`
}

/** All seconds of one load, by what `loadOf` calls it. */
export function samplesOf(facts: readonly Fact[], load: string): Sample[] {
  return factsOf(facts, 'load-sample').filter((sample) => loadOf(sample) === load)
}

/** A time between two changes of the users' load. */
export interface LoadSpan {
  /** Number of the fact that began it. */
  readonly n: number
  readonly ratePerS: number | null
  /** Its seconds, those too in which it began or ended. */
  readonly samples: readonly Sample[]
}

/** The times since the users' load was first changed; none when it never was. */
export function changedSpans(facts: readonly Fact[]): LoadSpan[] {
  const changes = factsOf(facts, 'load-changed').filter((change) => change.source === 'users')
  const samples = samplesOf(facts, 'users')
  return changes.map(({ n, t, ratePerS }, index) => {
    const endT = changes[index + 1]?.t ?? Number.POSITIVE_INFINITY
    return { n, ratePerS, samples: samples.filter(({ fromT }) => fromT + secondMs > t && fromT < endT) }
  })
}
