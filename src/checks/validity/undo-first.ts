import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { defineGate, inconclusive, pass } from '../check.ts'

export const undoFirst = defineGate({
  kind: 'undo-first',
  asks: 'Was the undo of each fault on record before it was made?',
  judge: ({ facts }) => {
    const injected = factsOf(facts, 'fault-injected').filter(
      ({ outcome }) => outcome === 'in-force' || outcome === 'rolled-back',
    )
    const bare = injected.find((fault) => !isPromised(facts, fault))
    if (bare) return inconclusive(`${bare.fault}: no undo was registered from its begin until it was there`, [bare.n])
    const promised = factsOf(facts, 'undo-promised')
    const twice = promised.find(({ id }, index) => promised.findIndex((one) => one.id === id) !== index)
    if (twice) return inconclusive(`two undos are called ${twice.id}`, [twice.n])
    // Promises are counted as they are made, so one that is gone from the journal leaves a gap.
    const counts = promised.map(({ id }) => Number(/^u(\d+)$/.exec(id)?.[1] ?? Number.NaN))
    const gap = counts.findIndex((count, index) => count !== index + 1)
    if (gap >= 0)
      return inconclusive(`the undo u${gap + 1} is not on record, but a later one is`, [promised[gap]?.n ?? 0])
    const early = factsOf(facts, 'undo-done').find(({ id, n }) => !promised.some((one) => one.id === id && one.n < n))
    if (early) return inconclusive(`${early.id} was undone before it was registered`, [early.n])
    return pass(
      `${promised.length} undos registered, those of each fault before it was there`,
      promised.map(({ n }) => n),
    )
  },
})

/**
 * A promise after its begin, and before it was said or seen to be there. A fault that is load needs none: it ends with
 * the load, and the begin of that is on record in the same place.
 */
function isPromised(facts: readonly Fact[], { fault, startedT, n, outcome }: FactOf<'fault-injected'>): boolean {
  const start = factsOf(facts, 'fault-witnessed').find((seen) => seen.fault === fault && seen.moment === 'start')
  const thereN = Math.min(n, outcome === 'in-force' ? (start?.n ?? n) : n)
  const changes = [...factsOf(facts, 'undo-promised'), ...factsOf(facts, 'load-changed')]
  return changes.some((change) => change.t >= startedT && change.n < thereN)
}
