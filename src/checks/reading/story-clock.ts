import { type Fact, type FactOf, factsOf } from '../../journal/facts.ts'
import type { PlanRecord } from '../../journal/plan.ts'

const dayMinutes = 24 * 60
/** A timer may fire a hair early: a step due at 15:10 shall not read 15:09. */
const earlyMs = 20

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

/** The incident's clock at monotonic ms `t`, `HH:MM`; `--:--` when the story never began. */
export function clockAt(plan: Pick<PlanRecord, 'clockStart' | 'incidentMinuteMs'>, facts: readonly Fact[], t: number) {
  const startT = storyStartOf(facts)
  if (startT === null) return '--:--'
  const [hours = 0, minutes = 0] = plan.clockStart.split(':').map(Number)
  const passed = Math.floor((t - startT + earlyMs) / plan.incidentMinuteMs)
  const minute = (((hours * 60 + minutes + passed) % dayMinutes) + dayMinutes) % dayMinutes
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
