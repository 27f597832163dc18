import { defineGate, pass, unsure } from '../check.ts'

export const journalWhole = defineGate({
  kind: 'journal-whole',
  asks: 'Is the journal whole, and of this scenario?',
  judge: ({ facts, torn, plan }) => {
    const first = facts[0]
    if (first?.kind !== 'run-started') return unsure('the journal does not begin with the start of a run')
    const { scenario, variant } = first
    if (scenario !== plan.scenario || variant !== plan.variant) {
      return unsure(`the journal is of ${scenario}/${variant}, the plan of ${plan.scenario}/${plan.variant}`, [first.n])
    }
    const hole = facts.find((fact, index) => fact.n !== index + 1)
    if (hole) return unsure(`facts are missing before number ${hole.n}`, [hole.n])
    if (torn > 0) return unsure(`${torn} lines of the journal cannot be read`)
    return pass(`${facts.length} facts, none missing`, [first.n])
  },
})
