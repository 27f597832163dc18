import { factsOf, slowSecondsAtMost } from '../../journal/index.ts'
import { count, counted, inSeconds, percent } from '../../kit/figures.ts'
import {
  type Answer,
  defineCheck,
  inconclusive,
  isAnswer,
  late,
  milliseconds,
  pass,
  spanOf,
  stepNumber,
} from '../check.ts'
import type { Miss } from '../excuse.ts'
import { follows, type Second, secondMs } from '../reading/seconds.ts'
import type { StepSpan } from '../reading/steps.ts'
import type { Reading } from '../reading.ts'

/** Of the requests after service had held, so many may fail, and one at any rate: a single one is no relapse. */
const failedAfterShare = 0.001
/** Of the seconds after it, so many may be slow, and one at any rate. */
const slowAfterShare = 0.1

export const recovered = defineCheck({
  kind: 'recovered',
  about: 'behaviour',
  time: 'system',
  asks: 'Was service restored in time, and did it hold?',
  fields: {
    /** The time counts from the begin of this step. */
    step: stepNumber,
    withinMs: milliseconds,
    /** A single good answer is no recovery: for so long no request may fail, ms. */
    holdMs: milliseconds.default(5_000),
  },
  needs: ['requests'],
  title: ({ withinMs, holdMs }) => `Service is good within ${inSeconds(withinMs)} and holds for ${inSeconds(holdMs)}`,
  judge: (reading, { step, withinMs, holdMs }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const enteredT = span.entered.t
    const latestT = enteredT + withinMs
    const held = holdsFrom(reading.seconds, { enteredT, latestT, holdMs })
    if (held) return after(reading, span, { ...held, holdMs })
    const seenT = (reading.seconds.at(-1)?.fromT ?? 0) + secondMs
    const numbers = [span.entered.n]
    // A run that ends early has not recovered, and has not failed to either.
    const isOpen = startsOf(reading.seconds, enteredT).some((t) => t <= latestT && t + holdMs > seenT)
    if (seenT < latestT || isOpen) return inconclusive('the load ended before service could hold', numbers)
    const later = holdsFrom(reading.seconds, { enteredT, latestT: seenT, holdMs })
    const over = later ? { ms: later.fromT - latestT } : { limitMs: withinMs + holdMs }
    const because = `service did not hold for ${inSeconds(holdMs)} within ${inSeconds(withinMs)}`
    return late(because, numbers, { fromT: enteredT, toT: later?.fromT ?? seenT, over })
  },
})

interface Held {
  readonly fromT: number
  readonly toT: number
  readonly facts: readonly number[]
}

/** From when service may have been good: the begin of the step, and each failed or slow second's end after it. */
function startsOf(seconds: readonly Second[], enteredT: number): number[] {
  const ends = seconds.flatMap((second) => {
    return [...(second.failed > 0 ? [second.lastFailedT] : []), ...(second.slow ? [second.fromT + secondMs] : [])]
  })
  const before = ends.filter((t) => t > enteredT).sort((a, b) => a - b)
  return isFailing(seconds, enteredT) ? before : [enteredT, ...before]
}

function isFailing(seconds: readonly Second[], t: number): boolean {
  return seconds.some(({ failed, firstFailedT, lastFailedT }) => failed > 0 && firstFailedT <= t && lastFailedT > t)
}

/** The first time for which service held: no request failed, requests were seen in every second, none but one slow. */
function holdsFrom(
  seconds: readonly Second[],
  { enteredT, latestT, holdMs }: { enteredT: number; latestT: number; holdMs: number },
): Held | undefined {
  for (const fromT of startsOf(seconds, enteredT).filter((t) => t <= latestT)) {
    const inside = seconds.filter((second) => second.fromT + secondMs > fromT && second.fromT < fromT + holdMs)
    const fails = inside.some(({ failed, lastFailedT, firstFailedT }) => {
      return failed > 0 && lastFailedT > fromT && firstFailedT < fromT + holdMs
    })
    const isSeen = inside.every((one, index) => one.requests > 0 && (index === 0 || follows(inside[index - 1], one)))
    const slow = inside.filter((second) => second.slow && second.fromT >= fromT).length
    const toT = (inside.at(-1)?.fromT ?? 0) + secondMs
    const begins = (inside[0]?.fromT ?? Infinity) <= fromT + secondMs
    if (!fails && isSeen && begins && slow <= slowSecondsAtMost && toT >= fromT + holdMs) {
      return { fromT, toT: fromT + holdMs, facts: inside.map((second) => second.n) }
    }
  }
  return undefined
}

/** So many seconds were not good: a machine that stood still as long in between may have made them so. */
function missIn(seconds: readonly Second[]): Miss {
  const starts = seconds.map(({ fromT }) => fromT)
  const [fromT, toT] = [Math.min(...starts) - secondMs, Math.max(...starts) + 2 * secondMs]
  return { fromT, toT, over: { ms: seconds.length * secondMs } }
}

/** What came after it, until something else was done or the story ended: counted, and no more than a stray one. */
function after(reading: Reading, span: StepSpan, held: Held & { holdMs: number }): Answer {
  const { seconds, outages, storyToT, facts } = reading
  const deeds = [...factsOf(facts, 'fault-injected'), ...factsOf(facts, 'remedy-applied')].map((deed) => deed.startedT)
  const untilT = Math.min(storyToT, ...deeds.filter((t) => t > held.toT))
  const later = seconds.filter(({ fromT }) => fromT + secondMs > held.toT && fromT + secondMs <= untilT)
  const failing = later.filter((second) => second.failed > 0 && second.lastFailedT > held.toT)
  const failed = failing.reduce((sum, second) => sum + second.failed, 0)
  const requests = later.reduce((sum, second) => sum + second.requests, 0)
  const slow = later.filter((second) => second.slow && second.fromT >= held.toT)
  const numbers = [span.entered.n, ...held.facts]
  const since = held.fromT - span.entered.t
  const when = since > 0 ? `after ${inSeconds(since)}` : 'from the begin of the step'
  const was = outages.length === 0 ? '; it had never been out' : ''
  const slowly = `${slow.length} of ${later.length} seconds slow`
  const then = `then ${count(failed)} of ${counted(requests, 'request')} failed, ${slowly}`
  const because = `service was good ${when} and held for ${inSeconds(held.holdMs)}, ${then}${was}`
  if (failed > Math.max(1, requests * failedAfterShare)) {
    const limit = `at most ${percent(failedAfterShare)} allowed`
    return late(`${because}: ${limit}`, [...numbers, ...failing.map((second) => second.n)], missIn(failing))
  }
  if (slow.length > Math.max(1, later.length * slowAfterShare)) {
    const limit = `at most ${percent(slowAfterShare)} of the seconds may be, by the steady state's p99`
    return late(`${because}: ${limit}`, [...numbers, ...slow.map((second) => second.n)], missIn(slow))
  }
  // One definition of good: a conductor that did not see it hold has seen something that the journal lacks.
  if (span.ended?.ok === false)
    return inconclusive(`${because}, but the run itself saw otherwise: ${span.ended.because}`, numbers)
  return pass(because, numbers)
}
