import { type Fact, factsOf, type PlannedStep, type PlanRecord } from '../../journal/index.ts'

/** Everything was done but the deeds. */
export const isRehearsal = (facts: readonly Fact[]): boolean => factsOf(facts, 'run-started')[0]?.disarmed === true

/** What did not work in a rehearsal: traffic, looks, or the harness; empty: all did. */
export function unrehearsed({ story }: Pick<PlanRecord, 'story'>, facts: readonly Fact[]): string[] {
  const steady = factsOf(facts, 'steady-checked').at(-1)
  const looks = factsOf(facts, 'fault-witnessed')
  const there = looks.find(({ present }) => present)
  const ended = factsOf(facts, 'run-ended').at(-1)
  return [
    ...(steady ? [] : ['its traffic was never looked at']),
    ...(steady && !steady.steady ? [`it was not steady: ${steady.because}`] : []),
    ...(looks.length === 0 ? ['no look was made at what would be broken'] : []),
    ...(there ? [`it was broken although nothing was done: ${there.because}`] : []),
    ...factsOf(facts, 'problem').map(({ message }) => message),
    ...unfound(story, facts),
    // That nothing was in force ends its story, and is as it should be.
    ...(ended?.reason === 'completed' || ended?.reason === 'failed' ? [] : ['it did not come to its end']),
  ]
}

/** Looks that were not made, or found something else on a stack that is well. */
function unfound(story: readonly PlannedStep[], facts: readonly Fact[]): string[] {
  return story.flatMap((step): string[] => {
    if (step.does !== 'look' || step.detail.finds === undefined) return []
    const { look, finds } = step.detail
    const seen = factsOf(facts, 'observed').findLast(({ probe }) => probe === look.kind)
    if (seen?.finding === finds) return []
    return [
      seen ? `${look.kind} found ${seen.finding}, and not ${finds}: ${seen.because}` : `${look.kind} did not look`,
    ]
  })
}
