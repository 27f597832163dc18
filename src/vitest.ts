import { basename } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, type TestContext, vi } from 'vitest'
import { BadgatewayError } from './kit/errors.ts'
import { inertLines } from './kit/inert.ts'
import {
  type AnyCells,
  type CellsOf,
  type OfContainers,
  type OfStack,
  type OrAny,
  resilience as plain,
} from './resilience.ts'
import { type CellsLike, type DuringOptions, Met, type Question, questions, type Site } from './suite/index.ts'

export type { CellFigures, CellsOf, DuringOptions, Met, ModeName, Site, Stacks, SuiteOptions } from './resilience.ts'

interface OfVitest {
  /** What becomes of a test whose run nobody can tell anything from, after it was repeated; default `skip`. */
  inconclusive?: 'skip' | 'fail'
  /** What a test may take, ms; default three minutes. It must outlast hold, recovery and a repeat. */
  testTimeout?: number
}

/** Where a test of this file plays: the stack is raised before all of them and lowered after them. */
export type FileSite<C extends object> = Pick<Site<C>, 'during' | 'report'>

/** Raising a stack builds its images, where it must. */
const raisingMs = 15 * 60_000
const testMs = 3 * 60_000

const ends = new WeakMap<Met, (because: string) => never>()

/**
 * The stack of this test file, for its top level or that of a `describe`: raised before all tests, lowered after them.
 * Tests follow each other: one that is `concurrent` is refused with USAGE.
 */
export function resilience<const P extends string>(options: OfStack<P> & OfVitest): FileSite<CellsOf<P>>
export function resilience<const N extends string>(options: OfContainers<N> & OfVitest): FileSite<AnyCells<OrAny<N>>>
export function resilience({
  inconclusive = 'skip',
  testTimeout = testMs,
  ...given
}: (OfStack | OfContainers) & OfVitest): FileSite<CellsLike> {
  vi.setConfig({ testTimeout })
  const name = basename(expect.getState().testPath ?? 'suite')
  const options = { name, ...given }
  const site: Site<CellsLike> = 'stack' in options ? plain(options) : plain(options)
  let test: TestContext | undefined
  let isPlayed = false
  beforeAll(() => site.raise(), raisingMs)
  afterAll(async () => {
    await site.lower()
    if (isPlayed) tell(`Report: ${site.report}`)
  }, raisingMs)
  beforeEach((context) => {
    if (context.task.concurrent) throw together(context.task.name)
    test = context
  })
  afterEach(() => {
    test = undefined
  })
  return {
    report: site.report,
    during: async (mode: string, asked: DuringOptions) => {
      const own = test
      const signal = [own?.signal, asked.signal].flatMap((one) => one ?? [])
      const met = await site.during(mode, { ...asked, signal: AbortSignal.any(signal) })
      isPlayed = true
      if (met.raisedAnew !== null) tell(`The stack was raised anew: ${met.raisedAnew}`)
      const open = (because: string): never => {
        if (inconclusive === 'skip' && own) own.skip(because)
        throw new Error(`Inconclusive, which is neither a pass nor a failure: ${because}`)
      }
      ends.set(met, open)
      if (met.inconclusive !== null) open(met.told({ status: 'inconclusive', because: met.inconclusive }))
      return met
    },
  }
}

const tell = (text: string) => process.stdout.write(inertLines(`badgateway: ${text}\n`))

const together = (name: string) =>
  new BadgatewayError('USAGE', `'${name}' is concurrent: faults of one stack follow each other`, 'Take that away.')

/** What was not measured passes no matcher, and no `.not` of one. */
function judged(received: unknown, question: Question) {
  if (!(received instanceof Met)) {
    throw new BadgatewayError('USAGE', 'expect(…) was given nothing that `during` gave', 'Await site.during(…).')
  }
  const answer = received.answerTo(question)
  const told = received.told(answer)
  if (answer.status === 'inconclusive') ends.get(received)?.(told)
  const pass = answer.status === 'pass'
  return { pass, message: () => (pass ? `Not expected: ${told}` : told) }
}

const matcher =
  <A extends unknown[]>(question: (...asked: A) => Question) =>
  (received: unknown, ...asked: A) =>
    judged(received, question(...asked))

const matchers = {
  toFailAtMost: matcher(questions.failAtMost),
  toRecoverWithin: matcher(questions.recoverWithin),
  toAnswerWithin: matcher(questions.answerWithin),
  toAlert: matcher(questions.alert),
  toStaySilent: matcher(questions.staySilent),
  toLoseNoWrites: matcher(questions.loseNoWrites),
  toRepeatNoWrites: matcher(questions.repeatNoWrites),
  toKeepBudgets: matcher(questions.keepBudgets),
}

expect.extend(matchers)

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** At most this share of the requests fails while the fault is there: `'0.5%'`, or 0.005. */
    toFailAtMost(share: string | number): R
    /** Users are served well again so soon after the fault's end, and for a second. */
    toRecoverWithin(time: string | number): R
    /** 95 of 100 answers come in this time, in every second of the fault. */
    toAnswerWithin(time: string | number): R
    /** This alert fires, and is delivered, so soon after the fault; without `within`: while it is there. */
    toAlert(name: string, options?: { within?: string | number }): R
    /** No alert fires. */
    toStaySilent(): R
    /** Every request that changes something is answered well. */
    toLoseNoWrites(): R
    /** No request that changes something is sent to a second server, where it may be done twice. */
    toRepeatNoWrites(): R
    /** What `expect` in badgateway.yaml says of this mode and target is kept. */
    toKeepBudgets(): R
  }
}
