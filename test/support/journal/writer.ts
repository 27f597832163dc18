import type { Fact, FactKind, FactOf, NewFact } from '../../../src/journal/facts.ts'
import { planHashOf } from '../../../src/journal/plan-hash.ts'
import type { RunRecord } from '../../../src/journal/record.ts'

/** Wall time of a test journal's first moment. */
export const testStart = Date.parse('2026-03-01T14:20:00.000Z')

/** Wall time of monotonic ms `t` in a test journal. */
export function wallOf(t: number): string {
  return new Date(testStart + Math.round(t)).toISOString()
}

/** Collects facts in any order, gives them out sorted by time and numbered. */
export class JournalWriter {
  readonly #noted: { t: number; fact: NewFact }[] = []

  /** Notes a fact at `t`, monotonic ms since the run started. */
  at(t: number, fact: NewFact): this {
    this.#noted.push({ t, fact })
    return this
  }

  facts(): Fact[] {
    const sorted = this.#noted
      .map((noted, order) => ({ ...noted, order }))
      .sort((a, b) => a.t - b.t || a.order - b.order)
    return sorted.map(({ t, fact }, index) => ({ ...fact, n: index + 1, t, at: wallOf(t) }) as Fact)
  }
}

/** Numbers from 1 without gaps, as the journal would have given them. */
export function renumbered(facts: readonly Fact[]): Fact[] {
  return facts.map((fact, index) => ({ ...fact, n: index + 1 }))
}

/** The record without the facts that match, numbered anew: as if they had never been noticed. */
export function without(record: RunRecord, matches: (fact: Fact) => boolean): RunRecord {
  return { ...record, facts: renumbered(record.facts.filter((fact) => !matches(fact))) }
}

export function withoutKind(record: RunRecord, ...kinds: FactKind[]): RunRecord {
  return without(record, (fact) => kinds.includes(fact.kind))
}

/** The record with every fact of a kind changed. */
export function changed<K extends FactKind>(
  record: RunRecord,
  kind: K,
  change: (fact: FactOf<K>) => Partial<FactOf<K>>,
): RunRecord {
  const facts = record.facts.map((fact) => (fact.kind === kind ? { ...fact, ...change(fact as FactOf<K>) } : fact))
  return { ...record, facts: facts as Fact[] }
}

/** The record with one more fact at `t`, numbered anew. */
export function plus(record: RunRecord, t: number, fact: NewFact): RunRecord {
  const index = record.facts.findIndex((other) => other.t > t)
  const facts = [...record.facts]
  facts.splice(index < 0 ? facts.length : index, 0, { ...fact, n: 1, t, at: wallOf(t) } as Fact)
  return { ...record, facts: renumbered(facts) }
}

/** The record as a SIGKILL at `t` leaves it: nothing after it, and perhaps half a line. */
export function killedAt(record: RunRecord, t: number): RunRecord {
  return { ...record, facts: record.facts.filter((fact) => fact.t <= t), torn: 1 }
}

/** The record as it would be had it been planned so. */
export function replanned(record: RunRecord, change: Partial<RunRecord['plan']>): RunRecord {
  const plan = { ...record.plan, ...change }
  return { ...changed(record, 'run-started', () => ({ planHash: planHashOf(plan) })), plan }
}

/** The record with the facts that match told twice. */
export function twice(record: RunRecord, matches: (fact: Fact) => boolean): RunRecord {
  return { ...record, facts: renumbered(record.facts.flatMap((fact) => (matches(fact) ? [fact, fact] : [fact]))) }
}
