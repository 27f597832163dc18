import { type Fact, type FactKind, type FactOf, factsOf, type NewFact } from '../../src/journal/facts.ts'
import type { RunRecord } from '../../src/journal/record.ts'

/** One way to spoil a kept journal, as a pure function. */
export interface Sabotage {
  readonly name: string
  /** What is not proven any more. */
  readonly breaks: string
  /** The spoilt record; undefined where this run has nothing of the sort to spoil. */
  readonly spoil: (record: RunRecord) => RunRecord | undefined
}

export const sabotage = (name: string, breaks: string, spoil: Sabotage['spoil']): Sabotage => ({ name, breaks, spoil })

/** Numbers from 1 without gaps, as if the journal had been written so. */
export function renumbered(record: RunRecord, facts: readonly Fact[]): RunRecord {
  return { ...record, facts: facts.map((fact, index) => ({ ...fact, n: index + 1 })) }
}

/** Wall time of an instant, by the journal's own clocks. */
export function wallAt({ facts }: RunRecord, t: number): string {
  const [first] = facts
  return new Date(Date.parse(first?.at ?? '') + Math.round(t - (first?.t ?? 0))).toISOString()
}

/** Without the facts that match; undefined when none does. */
export function drop(record: RunRecord, matches: (fact: Fact) => boolean): RunRecord | undefined {
  const kept = record.facts.filter((fact) => !matches(fact))
  return kept.length < record.facts.length ? renumbered(record, kept) : undefined
}

export const dropKind = (record: RunRecord, ...kinds: FactKind[]) => drop(record, ({ kind }) => kinds.includes(kind))

/** With every fact of a kind changed; undefined when there is none. */
export function change<K extends FactKind>(
  record: RunRecord,
  kind: K,
  to: (fact: FactOf<K>) => Partial<FactOf<K>>,
): RunRecord | undefined {
  let changes = 0
  const facts = record.facts.map((fact): Fact => {
    if (!isKind(fact, kind)) return fact
    const changed = to(fact)
    changes += Object.keys(changed).length
    return { ...fact, ...changed }
  })
  return changes > 0 ? { ...record, facts } : undefined
}

const isKind = <K extends FactKind>(fact: Fact, kind: K): fact is FactOf<K> => fact.kind === kind

/** With one more fact at an instant. */
export function put(record: RunRecord, t: number, fact: NewFact): RunRecord {
  const index = record.facts.findIndex((other) => other.t > t)
  const facts = [...record.facts]
  facts.splice(index < 0 ? facts.length : index, 0, { ...fact, n: 1, t, at: wallAt(record, t) })
  return renumbered(record, facts)
}

/** With the facts that match noted at another instant; undefined when none does. */
export function move(record: RunRecord, matches: (fact: Fact) => boolean, t: number): RunRecord | undefined {
  const moved = record.facts.filter(matches)
  const rest = drop(record, matches)
  return rest && moved.reduce((all, fact) => put(all, t, fact), rest)
}

/** With the first of the facts that match told twice; undefined when none does. */
export function again(record: RunRecord, matches: (fact: Fact) => boolean): RunRecord | undefined {
  const index = record.facts.findIndex(matches)
  const fact = record.facts[index]
  return fact && renumbered(record, [...record.facts.slice(0, index), fact, ...record.facts.slice(index)])
}

/** With another plan, and the journal as it was. */
export function plan(record: RunRecord, to: Partial<RunRecord['plan']>): RunRecord {
  return { ...record, plan: { ...record.plan, ...to } }
}

/** When the story began and when it was undone, and a moment in its middle. */
export function story(record: RunRecord): { fromT: number; toT: number; midT: number } {
  const at = (phase: string) => factsOf(record.facts, 'phase-entered').find((fact) => fact.phase === phase)?.t ?? 0
  const [fromT, toT] = [at('story'), at('undo')]
  return { fromT, toT, midT: (fromT + toT) / 2 }
}

/** The first fault, and when it began. */
export function firstFault({ facts }: RunRecord): FactOf<'fault-injected'> | undefined {
  return factsOf(facts, 'fault-injected')[0]
}

export const isUsers = (fact: Fact): fact is FactOf<'load-sample'> =>
  fact.kind === 'load-sample' && fact.source === 'users'
