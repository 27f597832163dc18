import { type FactOf, factsOf, phases, type RunRecord } from '../../journal/index.ts'

type Phase = FactOf<'phase-entered'>['phase']

/** What a run took besides its story and its steady state, by part, ms. */
export interface Overhead {
  /** Before anything is raised: journal, guard, the world as it was. */
  readonly openMs: number
  readonly raiseMs: number
  /** Waiting until it is steady, without the steady state that the plan asks for. */
  readonly steadyMs: number
  readonly undoMs: number
  readonly lowerMs: number
  readonly totalMs: number
}

/** Null when the run did not end by itself: what it took then was not its own. */
export function overheadOf({ plan, facts }: Pick<RunRecord, 'plan' | 'facts'>): Overhead | null {
  const ended = factsOf(facts, 'run-ended').at(-1)
  const entered = factsOf(facts, 'phase-entered')
  if (ended?.by !== 'harness' || entered.length === 0) return null
  const lengthOf = (phase: Phase) => {
    const at = entered.findIndex((fact) => fact.phase === phase)
    const begin = entered[at]
    return begin ? Math.max(0, (entered[at + 1]?.t ?? ended.t) - begin.t) : 0
  }
  const [raise, steady, story, undo, lower] = phases
  const steadyMs = Math.max(0, lengthOf(steady) - plan.steadyMs)
  const parts = {
    openMs: entered[0]?.t ?? 0,
    raiseMs: lengthOf(raise),
    steadyMs,
    undoMs: lengthOf(undo),
    lowerMs: lengthOf(lower),
  }
  const inStory = lengthOf(story)
  return { ...parts, totalMs: Math.max(0, ended.wallMs - inStory - Math.min(plan.steadyMs, lengthOf(steady))) }
}
