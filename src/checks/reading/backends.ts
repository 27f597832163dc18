import { type Fact, factsOf } from '../../journal/facts.ts'

/** How the backends were, seen directly, past the proxy, once a second. */
export interface BackendsSeen {
  /** Looks from the first failed request to the story's end. */
  readonly looks: number
  /** Servers that were ill in one of them, and what was said last. */
  readonly ill: ReadonlyMap<string, string>
  /** Since when all were well for good, monotonic ms: the outage's begin when they always were; null when not. */
  readonly wellT: number | null
  readonly facts: readonly number[]
}

/** Null when there was no outage, or nobody looked while there was. */
export function backendsSeen(facts: readonly Fact[], outageFromT: number | null, toT: number): BackendsSeen | null {
  if (outageFromT === null) return null
  const looks = factsOf(facts, 'backends-seen').filter(({ fromT }) => fromT >= outageFromT && fromT <= toT)
  if (looks.length === 0) return null
  const bad = looks.filter((look) => look.ill.length > 0)
  const last = bad.at(-1)
  const next = last && looks.find((look) => look.n > last.n)
  return {
    looks: looks.length,
    ill: new Map(bad.flatMap((look) => look.ill.map(({ service, because }) => [service, because] as const))),
    wellT: last ? (next?.fromT ?? null) : outageFromT,
    facts: [...(bad[0] ? [bad[0].n] : []), ...(last ? [last.n] : []), next?.n ?? looks[0]?.n ?? 0],
  }
}
