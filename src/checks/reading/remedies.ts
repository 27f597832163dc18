import { type Fact, type FactOf, factsOf, leastWindowMs, requestsToTell } from '../../journal/index.ts'
import { counted, percent } from '../../kit/figures.ts'
import type { Outage } from './outages.ts'
import { badShare, goodStretches, knownAt, type Second, secondMs, sumBetween } from './seconds.ts'

/** How long after a remedy its effect is looked for, ms, unless its check says otherwise. */
export const defaultSettleMs = 2_000
const windowMs = 3_000
/** Service that was good for so long before a remedy began did not need it, ms. */
const wellBeforeMs = 1_000

export const judgements = ['cured', 'no effect', 'made it worse', 'recovered on its own', 'pre-emptive'] as const
export type Judgement = (typeof judgements)[number]

/** What a remedy did to the users, by their failed requests before and after. */
export interface RemedyEffect {
  readonly step: number | null
  readonly remedy: string
  readonly kind: string
  /** Was it done, and did anything differ afterwards? */
  readonly ok: boolean
  readonly changed: boolean
  /** `pre-emptive`: nothing was wrong before it, nor after it. Null: too little was seen to tell. */
  readonly judgement: Judgement | null
  readonly because: string
  readonly facts: readonly number[]
}

/** What the judgement needs of a reading. */
export interface Seen {
  readonly facts: readonly Fact[]
  readonly seconds: readonly Second[]
  readonly outages: readonly Outage[]
  readonly faultT: number | null
  readonly storyToT: number
}

const afterthought: Record<Judgement, string> = {
  cured: '',
  'no effect': '',
  'made it worse': '; it made it worse',
  'recovered on its own': '; service came back, but not by this remedy',
  'pre-emptive': '',
}

type Applied = FactOf<'remedy-applied'>
type Window = ReturnType<typeof sumBetween>

/** Every remedy of the run, in order; `settleMs` of a step's own check counts. */
export function remedyEffects(seen: Seen, settleMsOf: (step: number | null) => number): RemedyEffect[] {
  return factsOf(seen.facts, 'remedy-applied').map((applied) => {
    const step = stepOf(seen.facts, applied)
    return { step, ...effectOf(seen, applied, settleMsOf(step)) }
  })
}

/** Recovery attribution: one remedy judged by what its users met before it and after it. */
export function effectOf(seen: Seen, applied: Applied, settleMs: number): Omit<RemedyEffect, 'step'> {
  const { before, after } = windowsOf(seen, applied, settleMs)
  const facts = [applied.n, ...before.facts, ...after.facts]
  const { remedy, remedyKind: kind, ok, changed } = applied
  const did = `${remedy} ${ok ? 'was done' : 'was refused'} (${applied.because})`
  const figures = `${percent(before.share)} of requests failed before, ${percent(after.share)} after`
  const thin = [before, after].find((window) => window.requests < requestsToTell)
  const told = { remedy, kind, ok, changed, facts }
  if (thin) {
    const because = `${did}; only ${counted(thin.requests, 'request')} to tell its effect by`
    return { ...told, judgement: null, because }
  }
  const judgement = judgementOf(seen, applied, before.share, after.share)
  if (judgement === null) {
    const inTime = ok && changed ? 'pre-emptive' : null
    return { ...told, judgement: inTime, because: `${did}, but nothing was wrong before it: ${figures}` }
  }
  return { ...told, judgement, because: `${did}; ${figures}${afterthought[judgement]}` }
}

function judgementOf(seen: Seen, applied: Applied, before: number, after: number): Judgement | null {
  if (isWorse(before, after)) return 'made it worse'
  if (after >= badShare) return 'no effect'
  if (before < badShare) return recoveredBefore(seen, applied) ? 'recovered on its own' : null
  const isIts = applied.ok && applied.changed && !wellAt(seen, applied.startedT) && !passedAt(seen, applied)
  return isIts ? 'cured' : 'recovered on its own'
}

/** Was the fault one that passed by itself while the remedy was at work, and not one that the remedy ended? */
function passedAt({ facts }: Seen, { startedT, t, n }: Applied): boolean {
  const undone = factsOf(facts, 'fault-undone')
  const passed = undone.some((fact) => fact.by === 'itself' && fact.t >= startedT - windowMs && fact.t <= t + windowMs)
  const next = factsOf(facts, 'step-ended').find((fact) => fact.n > n)?.n ?? Infinity
  return passed && !undone.some((fact) => fact.by === 'remedy' && fact.n > n && fact.n < next)
}

/** 20 points more, or half as many served as before: what users meet by chance differs by less. */
function isWorse(before: number, after: number): boolean {
  if (before < badShare) return after >= badShare
  return after - before >= 0.2 || (after - before >= 0.1 && 1 - after <= (1 - before) / 2)
}

/** Was service good already, and for longer than chance explains, when the remedy began? */
function wellAt({ seconds }: Seen, t: number): boolean {
  return goodStretches(knownAt(seconds, t)).some((stretch) => stretch.fromT <= t - wellBeforeMs && stretch.toT > t)
}

/** An outage that ended before this remedy, though nothing had been done that could have ended it. */
function recoveredBefore({ facts, outages }: Seen, applied: Applied): boolean {
  const over = outages.findLast(({ recoveredT }) => recoveredT !== null && recoveredT <= applied.startedT)
  if (!over) return false
  const deeds = factsOf(facts, 'remedy-applied').filter((deed) => deed.ok && deed.changed)
  const undone = factsOf(facts, 'fault-undone').filter(({ by }) => by !== 'undo' && by !== 'itself')
  const since = [...deeds.map((deed) => deed.startedT), ...undone.map((fact) => fact.t)]
  return since.every((t) => t >= applied.startedT || t < over.fromT)
}

/** From when its effect was due, and when users were served again, if ever before something else was done. */
export function servedAgain(seen: Seen, applied: Applied, settleMs: number) {
  const [dueT, untilT] = [applied.t + settleMs, nextDeedT(seen, applied)]
  const good = goodStretches(seen.seconds).find(({ fromT, toT }) => fromT >= applied.t && toT - fromT >= secondMs)
  return { dueT, untilT, againT: good && good.fromT <= untilT ? good.fromT : null }
}

function nextDeedT({ facts, storyToT }: Seen, applied: Applied): number {
  const deeds = [...factsOf(facts, 'remedy-applied'), ...factsOf(facts, 'fault-injected')]
  return Math.min(storyToT, ...deeds.map((deed) => deed.startedT).filter((t) => t > applied.startedT))
}

/** The seconds before it began, and those after it ended and settled: up to whatever was done next. */
function windowsOf(seen: Seen, applied: Applied, settleMs: number) {
  const { seconds } = seen
  const nextT = nextDeedT(seen, applied)
  // Where the next deed comes soon, an effect that has not settled yet says more than none that was seen.
  const settledT = applied.t + Math.max(0, Math.min(settleMs, nextT - applied.t - leastWindowMs))
  const after: Window = sumBetween(seconds, settledT, Math.min(nextT, settledT + windowMs + 1_000))
  return { before: metBefore(seen, applied.startedT), after }
}

/** The second in which an outage begins is served in part: it counts only where no whole one of the outage was seen. */
function metBefore({ seconds, outages, faultT }: Seen, startedT: number): Window {
  const outage = outages.findLast(({ fromT, recoveredT }) => fromT <= startedT && (recoveredT ?? Infinity) > startedT)
  const within = windowBefore(seconds, startedT, outage?.fromT ?? faultT ?? 0)
  return within.requests >= requestsToTell ? within : windowBefore(seconds, startedT, faultT ?? 0)
}

/** The last seconds whose answers were there when the remedy began: earlier ones where users had to wait. */
function windowBefore(seconds: readonly Second[], startedT: number, sinceT: number): Window {
  const known = knownAt(seconds, startedT)
  const last = known.findLast(({ fromT }) => fromT + secondMs <= startedT && fromT >= sinceT)
  const toT = last && startedT - last.fromT > windowMs ? last.fromT + secondMs : startedT
  return sumBetween(known, Math.max(sinceT, toT - windowMs), toT)
}

/** The step in which something was noted; null outside the story. */
function stepOf(facts: readonly Fact[], { n }: Applied): number | null {
  return factsOf(facts, 'step-entered').findLast((fact) => fact.n < n)?.step ?? null
}
