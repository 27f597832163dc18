import { z } from 'zod'
import { type FactOf, factsOf } from '../../journal/facts.ts'
import { type Answer, defineCheck, fail, isAnswer, milliseconds, pass, spanOf, stepNumber, unsure } from '../check.ts'
import { badShare, sumBetween } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'
import { counted, percent } from '../words.ts'

const windowMs = 3_000
/** Fewer requests than this in a window say nothing about a share of 5 %. */
const requestsAtLeast = 10

export const effects = ['cures', 'no effect', 'fails'] as const

type Applied = FactOf<'remedy-applied'>
type Window = ReturnType<typeof sumBetween>

export const remedyEffect = defineCheck({
  kind: 'remedy-effect',
  about: 'behaviour',
  asks: 'Did the remedy do what the report says: cure, change nothing, or fail?',
  fields: {
    step: stepNumber,
    expect: z.enum(effects),
    /** How long after the remedy its effect is looked for, ms. */
    settleMs: milliseconds.default(2_000),
  },
  needs: ['requests'],
  title: ({ expect }) =>
    ({ cures: 'The remedy cures', 'no effect': 'The remedy changes nothing', fails: 'The remedy fails' })[expect],
  judge: (reading, { step, expect, settleMs }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const applied = span.during('remedy-applied').at(-1)
    if (!applied) return unsure('no remedy was applied')
    const { before, after } = windowsOf(reading, applied, settleMs)
    const facts = [applied.n, ...before.facts, ...after.facts]
    const did = `${applied.remedy} ${applied.ok ? 'was done' : 'was refused'} (${applied.because})`
    const figures = `${percent(before.share)} of requests failed before, ${percent(after.share)} after`
    const thin = [before, after].find((window) => window.requests < requestsAtLeast)
    if (thin) return unsure(`${did}; only ${counted(thin.requests, 'request')} to tell its effect by`, facts)
    if (before.share < badShare) return unsure(`${did}, but nothing was wrong before it: ${figures}`, facts)
    return answerTo(expect, applied, { isCured: after.share < badShare, because: `${did}; ${figures}`, facts })
  },
})

interface Outcome {
  isCured: boolean
  because: string
  facts: readonly number[]
}

function answerTo(expect: (typeof effects)[number], applied: Applied, { isCured, because, facts }: Outcome): Answer {
  const hasPassed = {
    cures: applied.ok && applied.changed && isCured,
    'no effect': !isCured,
    fails: !applied.ok && !isCured,
  }[expect]
  if (hasPassed) return pass(because, facts)
  if (expect === 'cures' && isCured) return fail(`${because}; service came back, but not by this remedy`, facts)
  const expected = { cures: 'a cure', 'no effect': 'no effect', fails: 'a remedy that fails' }[expect]
  return fail(`${because}; expected ${expected}`, facts)
}

/** The seconds before it began, and those after it ended and settled: up to whatever was done next. */
function windowsOf({ seconds, facts, faultT, storyToT }: Reading, applied: Applied, settleMs: number) {
  const deeds = [...factsOf(facts, 'remedy-applied'), ...factsOf(facts, 'fault-injected')]
  const nextT = Math.min(storyToT, ...deeds.map((deed) => deed.startedT).filter((t) => t > applied.startedT))
  const fromT = Math.max(faultT ?? 0, applied.startedT - windowMs)
  const before: Window = sumBetween(seconds, fromT, applied.startedT)
  const after: Window = sumBetween(
    seconds,
    applied.t + settleMs,
    Math.min(nextT, applied.t + settleMs + windowMs + 1_000),
  )
  return { before, after }
}
