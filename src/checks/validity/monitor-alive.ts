import { factsOf } from '../../journal/index.ts'
import { defineGate, inconclusive, pass } from '../check.ts'

export const monitorAlive = defineGate({
  kind: 'monitor-alive',
  asks: 'Was the alerting chain alive all through the story?',
  judge: ({ monitor, storyFromT, plan, facts }) => {
    if (storyFromT === null) return inconclusive('the story never began')
    if (plan.unwatched) {
      const seen = factsOf(facts, 'stack-snapshot').find(({ snapshot }) => snapshot.rules !== null)
      if (seen) return inconclusive('the plan says that there is no monitoring, and the stack has one', [seen.n])
      // A check that asks about alerts all the same finds no monitor.
      return pass('this stack has no monitoring, and nothing is asked about alerts')
    }
    return (monitor.alive ? pass : inconclusive)(monitor.because, monitor.facts)
  },
})
