import { z } from 'zod'
import type { FactOf } from '../../journal/index.ts'
import { askedEffects, type AskedEffect as Effect } from '../../kit/outcomes.ts'
import {
  type Answer,
  defineCheck,
  fail,
  inconclusive,
  isAnswer,
  milliseconds,
  pass,
  spanOf,
  stepNumber,
} from '../check.ts'
import type { Miss } from '../excuse.ts'
import { defaultSettleMs, effectOf, type Judgement, type RemedyEffect, servedAgain } from '../reading/remedies.ts'
import { secondMs } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'

const titles: Record<Effect, string> = {
  cures: 'The remedy cures',
  'no effect': 'The remedy changes nothing',
  fails: 'The remedy fails',
  'makes worse': 'The remedy makes it worse',
  'heals by itself': 'Service recovers on its own, whatever the remedy does',
  prevents: 'The remedy comes while nothing is wrong, and does no harm',
}
const wanted: Record<Effect, string> = {
  cures: 'a cure',
  'no effect': 'no effect',
  fails: 'a remedy that fails',
  'makes worse': 'a remedy that makes it worse',
  'heals by itself': 'service to recover on its own',
  prevents: 'nothing to be wrong yet',
}
/** What must have become of the outage. */
const ends: Record<Effect, readonly (Judgement | null)[]> = {
  cures: ['cured'],
  'no effect': ['no effect'],
  fails: ['no effect', 'made it worse'],
  'makes worse': ['made it worse'],
  'heals by itself': ['recovered on its own'],
  prevents: ['pre-emptive'],
}

export const remedyEffect = defineCheck({
  kind: 'remedy-effect',
  about: 'behaviour',
  time: 'system',
  asks: 'Did the remedy do what the report says: cure, change nothing, fail, make it worse, or was it not needed?',
  fields: {
    step: stepNumber,
    expect: z.enum(askedEffects),
    /** How long after the remedy its effect is looked for, ms. */
    settleMs: milliseconds.default(defaultSettleMs),
    /** Part of what it must have said of itself. */
    says: z.string().min(1).optional(),
  },
  needs: ['requests'],
  title: ({ expect }) => titles[expect],
  judge: (reading, { step, expect, settleMs, says }) => {
    const span = spanOf(reading, step)
    if (isAnswer(span)) return span
    const applied = span.during('remedy-applied').at(-1)
    if (!applied) return inconclusive('no remedy was applied')
    const effect = effectOf(reading, applied, settleMs)
    const answer = answerTo(expect, effect)
    const isSlow = expect === 'cures' && effect.judgement === 'no effect' && applied.ok
    if (isSlow) return { ...answer, miss: tooSoon(reading, applied, settleMs) }
    if (answer.status !== 'pass' || says === undefined || applied.because.includes(says)) return answer
    return fail(`${answer.because}; expected it to say '${says}'`, answer.facts)
  },
})

/** A cure that had not shown when it was looked for: by how much it was late, if it came at all. */
function tooSoon(reading: Reading, applied: FactOf<'remedy-applied'>, settleMs: number): Miss {
  const { dueT, untilT, againT } = servedAgain(reading, applied, settleMs)
  const fromT = applied.startedT
  if (againT === null) return { fromT, toT: untilT, over: { limitMs: dueT - fromT } }
  return { fromT, toT: againT, over: { ms: Math.max(secondMs, againT - dueT) } }
}

function answerTo(expect: Effect, { judgement, ok, because, facts }: Omit<RemedyEffect, 'step'>): Answer {
  // Where nothing was wrong, what was to end it cannot have been seen to.
  if (judgement === null || (judgement === 'pre-emptive' && expect !== 'prevents')) return inconclusive(because, facts)
  const isAsWanted = ends[expect].includes(judgement)
  // What was refused cannot have been tried in vain: that is a remedy that fails.
  if (isAsWanted && expect === 'no effect' && !ok)
    return fail(`${because}; expected it to be done, without effect`, facts)
  if (isAsWanted && (expect !== 'fails' || !ok)) return pass(because, facts)
  return fail(`${because}; expected ${wanted[expect]}`, facts)
}
