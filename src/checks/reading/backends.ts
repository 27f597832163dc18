import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { counted, inSeconds } from '../../kit/figures.ts'

/** How the backends were, seen directly, past the proxy, once a second. */
export interface BackendsSeen {
  /** Looks from the first failed request to the story's end. */
  readonly looks: number
  /** Servers that were ill in one of them, and what was said last. */
  readonly ill: ReadonlyMap<string, string>
  /** Since when all were well for good, monotonic ms: the outage's begin when they always were; null when not. */
  readonly wellT: number | null
  /** Why that proves nothing: a stretch without a look, or a server that was not looked at; null: it does. */
  readonly unseen: string | null
  readonly facts: readonly number[]
}

/** Looks are a second apart, and one at a server that does not answer takes its limit, ms. */
const lookGapMs = 10_000

/** Null when there was no outage, or no observation was made while there was. */
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
    unseen: unseenIn(looks, outageFromT),
    wellT: last ? (next?.fromT ?? null) : outageFromT,
    facts: [...(bad[0] ? [bad[0].n] : []), ...(last ? [last.n] : []), next?.n ?? looks[0]?.n ?? 0],
  }
}

function unseenIn(looks: readonly FactOf<'backends-seen'>[], fromT: number): string | null {
  const begins = [fromT, ...looks.map((look) => look.fromT)]
  const gap = Math.max(...begins.slice(1).map((t, index) => t - (begins[index] ?? t)))
  if (gap > lookGapMs) return `no observation for ${inSeconds(gap)}`
  const asked = looks.map(({ well, ill }) => new Set([...well, ...ill.map(({ service }) => service)]))
  const all = new Set(asked.flatMap((services) => [...services]))
  const fewer = asked.filter(({ size }) => size < all.size).length
  return fewer > 0 ? `not every server was looked at ${counted(fewer, 'time')}` : null
}
