import { inSeconds } from '../../kit/figures.ts'
import { showBounds } from '../bounds.ts'
import { defineCheck, fail, inconclusive, late, milliseconds, pass, stepNumber } from '../check.ts'
import type { Reading } from '../reading.ts'

export const recoveryGap = defineCheck({
  kind: 'recovery-gap',
  about: 'behaviour',
  time: 'system',
  asks: 'How long were the users still without service once the backends were well?',
  fields: { atLeastMs: milliseconds.optional(), atMostMs: milliseconds.optional(), step: stepNumber.optional() },
  needs: ['requests'],
  title: ({ atLeastMs, atMostMs }) =>
    `Users well after the backends: ${showBounds({ atLeast: atLeastMs, atMost: atMostMs }, inSeconds)}`,
  judge: (reading, { atLeastMs, atMostMs }) => {
    const { outages, backends, gapMs, storyToT } = reading
    if (atLeastMs === undefined && atMostMs === undefined) return inconclusive('the check names no bound')
    if (outages.length === 0) return inconclusive('there was no outage, so there were no recoveries')
    if (!backends) return inconclusive('the backends were not observed during the outage')
    if (backends.unseen !== null)
      return inconclusive(`the time of the backends' recovery is unknown: ${backends.unseen}`)
    if (backends.wellT === null)
      return inconclusive(`the backends were not well again: ${sick(backends.ill)}`, backends.facts)
    const since = wellSince(reading, backends.wellT)
    if (gapMs === null) {
      const soFar = storyToT - backends.wellT
      const because = `${since}, the users not ${inSeconds(soFar)} later, when the story ended`
      if (atMostMs !== undefined && soFar > atMostMs)
        return late(because, backends.facts, { fromT: backends.wellT, toT: storyToT, over: { limitMs: atMostMs } })
      return atMostMs === undefined && soFar >= (atLeastMs ?? 0) ? pass(because, backends.facts) : inconclusive(because)
    }
    const because = `${since}, the users ${inSeconds(Math.abs(gapMs))} ${gapMs < 0 ? 'earlier' : 'later'}`
    if (atMostMs !== undefined && gapMs > atMostMs) {
      const miss = { fromT: backends.wellT, toT: backends.wellT + gapMs, over: { ms: gapMs - atMostMs } }
      return late(`${because}: more than allowed`, backends.facts, miss)
    }
    if (atLeastMs !== undefined && gapMs < atLeastMs) return fail(`${because}: less than expected`, backends.facts)
    return pass(because, backends.facts)
  },
})

function wellSince({ outage, clockAt, backends }: Reading, wellT: number): string {
  if (backends?.ill.size === 0) return 'the backends were well all the time'
  return `the backends were well at ${clockAt(wellT)}, ${inSeconds(wellT - (outage.fromT ?? wellT))} into the outage`
}

function sick(ill: ReadonlyMap<string, string>): string {
  return [...ill].map(([service, because]) => `${service} (${because})`).join(', ')
}
