import { factsOf } from '../../journal/index.ts'
import { defineGate, inconclusive, pass } from '../check.ts'

/** What the harness could not do or see, it cannot vouch for. */
export const harnessWell = defineGate({
  kind: 'harness-well',
  asks: 'Had the harness itself no trouble?',
  judge: ({ facts }) => {
    const problems = factsOf(facts, 'problem').filter(({ whose }) => whose !== 'system')
    if (problems.length === 0) return pass('it noted no problem of its own')
    const said = [...new Set(problems.map(({ whose, message }) => `${message} (of the ${whose})`))].join('; ')
    return inconclusive(
      `it had trouble: ${said}`,
      problems.map(({ n }) => n),
    )
  },
})
