import { factsOf } from '../../journal/index.ts'
import { inSeconds } from '../../kit/figures.ts'
import { defineGate, inconclusive, pass } from '../check.ts'
import { phaseOf } from '../reading/story-clock.ts'

/** Wall and monotonic time may drift apart by this much, ms; more means that somebody set the clock. */
const driftLimitMs = 250
/** Longest silence in the journal while load and monitor are on, ms; more means that the machine slept. */
const silenceLimitMs = 5_000

export const clockSteady = defineGate({
  kind: 'clock-steady',
  asks: 'Did time go steadily, with no clock set and no machine asleep?',
  judge: ({ facts, storyToT }) => {
    const fromT = phaseOf(facts, 'steady') ?? phaseOf(facts, 'story')
    if (fromT === null) return inconclusive('the run never came to its steady state')
    const ended = factsOf(facts, 'run-ended')[0]?.n ?? Infinity
    // All of it: to what was set before the story, what was noted in it would be true to nothing.
    const offsets = facts.filter(({ n }) => n <= ended).map((fact) => Date.parse(fact.at) - fact.t)
    const during = facts.filter((fact) => fact.t >= fromT && fact.t <= storyToT)
    const [least, most] = offsets.reduce(
      ([low, high], one) => [Math.min(low, one), Math.max(high, one)],
      [Infinity, -Infinity],
    )
    const drift = (most ?? 0) - (least ?? 0)
    if (!(drift < driftLimitMs)) return inconclusive(`wall and monotonic time drifted ${Math.round(drift)} ms apart`)
    const silences = during.map((fact, index) => ({ n: fact.n, ms: fact.t - (during[index - 1] ?? fact).t }))
    const [longest = { n: 0, ms: 0 }] = silences.toSorted((a, b) => b.ms - a.ms)
    if (longest.ms > silenceLimitMs) return inconclusive(`nothing was noted for ${inSeconds(longest.ms)}`, [longest.n])
    return pass(`clocks within ${Math.round(drift)} ms, never silent for more than ${inSeconds(longest.ms)}`)
  },
})
