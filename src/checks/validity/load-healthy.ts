import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { percent } from '../../kit/figures.ts'
import { add, type Ledger, total } from '../../kit/ledger.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { changedSpans, type LoadSpan, lagLimitMs, loadOf, samplesOf } from '../reading/load.ts'
import type { Reading } from '../reading.ts'

/** A histogram rounds what it counts. */
const spreadShare = 0.95
const utilisationLimit = 0.9
/** This share of the seconds may be over the limit of utilisation: one stray collection of garbage is no overload. */
const busySecondsShare = 0.05
const notSentShare = 0.02
/** A generator that cannot keep up is late all along; a second that the machine stood still is no such thing. */
const lateStoryShare = 0.05
/** A generator that cannot keep up is late in nearly every second of a surge; now and then one is the machine. */
const lateSecondsShare = 0.25
/** A thread that is busy for more of its seconds than this sends what it can, not what was asked. */
const drivenSecondsShare = 0.5

export const loadHealthy = defineGate({
  kind: 'load-healthy',
  asks: 'Did the load generator keep its own plan?',
  judge: (reading) => {
    const { facts } = reading
    const closed = factsOf(facts, 'ledger-closed').find((fact) => fact.source === 'users')
    if (!closed?.scheduleLagMs)
      return inconclusive("the users' load was never closed, or its schedule lag is not known")
    const samples = samplesOf(facts, 'users')
    if (samples.length === 0) return inconclusive('there is no sample of the load')
    const lag = closed.scheduleLagMs.p99
    const busy = samples.filter(isBusy)
    const notSent = shareNotSent(closed.ledger)
    const figures = `schedule lag p99 ${lag.toFixed(1)} ms, ${busy.length} of ${samples.length} seconds over ${percent(
      utilisationLimit,
    )} busy, ${percent(notSent)} not sent`
    const least = Math.min(...samples.slice(0, -1).map(({ scheduleLagP99Ms }) => scheduleLagP99Ms ?? 0))
    if (lag + 1 < least * spreadShare)
      return inconclusive(`no second was less than ${least.toFixed(1)} ms late, and all together ${figures}`, [
        closed.n,
      ])
    const late = lateSeconds(reading)
    if (!(lag < lagLimitMs) && late.length > Math.max(1, reading.storySeconds.length * lateStoryShare)) {
      const where = `${late.length} of ${reading.storySeconds.length} seconds of the story`
      return inconclusive(`late by itself: ${figures}; the limit is ${lagLimitMs} ms, passed in ${where}`, [
        closed.n,
        ...late,
      ])
    }
    if (busy.length > samples.length * busySecondsShare)
      return inconclusive(
        `overloaded: ${figures}`,
        busy.map((one) => one.n),
      )
    if (notSent > notSentShare) return inconclusive(`requests were not sent: ${figures}`, [closed.n])
    const changed = changedSpans(facts).map(judgeSpan)
    const pressed = factsOf(facts, 'ledger-closed').map((fact) => judgePressure(facts, fact))
    return [...changed, ...pressed].find((answer) => answer !== undefined) ?? pass(figures, [closed.n])
  },
})

/** The seconds of the story in which its requests left late; before it, containers that start may take the machine. */
function lateSeconds({ facts, storySeconds }: Reading): number[] {
  const told = new Set(storySeconds.map((second) => second.n))
  return samplesOf(facts, 'users')
    .filter((sample) => told.has(sample.n) && (sample.scheduleLagP99Ms ?? lagLimitMs) >= lagLimitMs)
    .map((sample) => sample.n)
}

const isBusy = ({ loopUtilisation }: FactOf<'load-sample'>) => loopUtilisation >= utilisationLimit
const shareNotSent = (ledger: Ledger) => (ledger.not_sent ?? 0) / Math.max(1, total(ledger))

/** A surge is judged by itself: a long calm would make little of the seconds that matter. */
function judgeSpan({ n, ratePerS, samples }: LoadSpan): Answer | undefined {
  const at = `since the load was changed to ${ratePerS}/s`
  if (samples.length === 0) return inconclusive(`${at}, there is no sample of it`, [n])
  const many = (seconds: readonly unknown[], share: number) => seconds.length > Math.max(1, samples.length * share)
  const late = samples.filter((sample) => (sample.scheduleLagP99Ms ?? 0) >= lagLimitMs)
  if (many(late, lateSecondsShare))
    return inconclusive(`late by itself in ${late.length} of ${samples.length} seconds, ${at}`, [n])
  const busy = samples.filter(isBusy)
  if (many(busy, busySecondsShare))
    return inconclusive(`overloaded in ${busy.length} of ${samples.length} seconds, ${at}`, [n])
  const notSent = shareNotSent(samples.reduce<Ledger>((sum, sample) => add(sum, sample.ledger), {}))
  return notSent > notSentShare
    ? inconclusive(`${percent(notSent)} of the requests were not sent, ${at}`, [n])
    : undefined
}

/** Pressure may be all that its thread can send; but when a rate was asked for, the thread must not be the limit. */
function judgePressure(facts: readonly Fact[], closed: FactOf<'ledger-closed'>): Answer | undefined {
  const notSent = shareNotSent(closed.ledger)
  if (closed.source !== 'pressure' || notSent <= notSentShare) return undefined
  const samples = samplesOf(facts, loadOf(closed))
  const busy = samples.filter(isBusy).length
  if (busy <= samples.length * drivenSecondsShare) return undefined
  const because = `${percent(notSent)} of ${loadOf(closed)} were not sent, and its thread was busy`
  return inconclusive(`${because} in ${busy} of ${samples.length} seconds`, [closed.n])
}
