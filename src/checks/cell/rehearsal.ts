import { type Fact, factsOf } from '../../journal/index.ts'

/** Everything was done but the deeds. */
export const isRehearsal = (facts: readonly Fact[]): boolean => factsOf(facts, 'run-started')[0]?.disarmed === true

/** What did not work in a rehearsal: traffic, looks, or the harness; empty: all did. */
export function unrehearsed(facts: readonly Fact[]): string[] {
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
    ...(ended?.reason === 'completed' ? [] : ['it did not come to its end']),
  ]
}
