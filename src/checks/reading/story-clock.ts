import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'

/** Monotonic ms at which the story began; null when it never did. */
export function storyStartOf(facts: readonly Fact[]): number | null {
  return phaseOf(facts, 'story')
}

/** When the story ended: with the undo, the end of the run, or the last thing anybody saw. */
export function storyEndOf(facts: readonly Fact[]): number {
  const ended = phaseOf(facts, 'undo') ?? factsOf(facts, 'run-ended')[0]?.t
  return ended ?? facts.reduce((latest, fact) => Math.max(latest, fact.t), 0)
}

export function phaseOf(facts: readonly Fact[], phase: FactOf<'phase-entered'>['phase']): number | null {
  return factsOf(facts, 'phase-entered').find((fact) => fact.phase === phase)?.t ?? null
}
