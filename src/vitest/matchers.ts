import { expect } from 'vitest'
import { BadgatewayError } from '../kit/errors.ts'
import { inert } from '../kit/inert.ts'
import { Met, type Question, questions } from '../suite/index.ts'

type End = (because: string) => never

const ends = new WeakMap<Met, End>()

/** How a test ends whose matcher finds nothing to judge in this. */
export const endsBy = (met: Met, end: End): void => void ends.set(met, end)

/** A test ends so where nothing else is said. */
export function failOpen(because: string): never {
  throw new Error(`Inconclusive, which is neither a pass nor a failure: ${because}`)
}

/** What was not measured passes no matcher, and no `.not` of one. */
function judged(received: unknown, question: Question) {
  if (!(received instanceof Met)) {
    throw new BadgatewayError('USAGE', 'expect(…) was given nothing that `during` gave', 'Await site.during(…).')
  }
  const answer = received.answerTo(question)
  if (answer.status === 'inconclusive') (ends.get(received) ?? failOpen)(inert(`${received.cell}: ${answer.because}`))
  const pass = answer.status === 'pass'
  const told = received.told(answer)
  return { pass, message: () => (pass ? `Not expected: ${told}` : told) }
}

const matcher =
  <A extends unknown[]>(question: (...asked: A) => Question) =>
  (received: unknown, ...asked: A) =>
    judged(received, question(...asked))

expect.extend({
  toFailAtMost: matcher(questions.failAtMost),
  toRecoverWithin: matcher(questions.recoverWithin),
  toAnswerWithin: matcher(questions.answerWithin),
  toAlert: matcher(questions.alert),
  toStaySilent: matcher(questions.staySilent),
  toLoseNoWrites: matcher(questions.loseNoWrites),
  toRepeatNoWrites: matcher(questions.repeatNoWrites),
  toKeepBudgets: matcher(questions.keepBudgets),
})
