import { factsOf, sampleMs } from '../journal/index.ts'
import { pollUntil } from '../kit/clock.ts'
import { type Once, wordsOf } from '../scenario/index.ts'
import { requestsSince } from './enough.ts'
import type { Stage } from './stage.ts'
import type { StoryStep } from './story-step.ts'

const lookEveryMs = 100
const queryEveryMs = 500
const queryLimitMs = 3_000

interface Seen {
  met: boolean
  /** What there is instead. */
  seen: string
}

/** From when on it is counted. */
export interface Since {
  readonly t: number
  readonly wall: number
}

/**
 * Waits for the event that a step waits for, and notes whether it came. What does not come in time does not stop the
 * story, which is then no experiment: what follows was to come after it.
 */
export async function awaitEvent(stage: Stage, step: Pick<StoryStep, 'step' | 'once'>, since: Since): Promise<void> {
  const { once } = step
  if (once === undefined) return
  const { clock, journal, signal, pace } = stage
  const began = clock.now()
  const limitMs = once.within * pace.factor
  let last: Seen = { met: false, seen: 'nothing' }
  const look = async () => {
    last = await seenOf(stage, once, since)
    return last.met ? true : undefined
  }
  const everyMs = once.metric ? queryEveryMs : lookEveryMs
  await pollUntil(look, { withinMs: limitMs, everyMs, clock, signal })
  const waited = { waitedMs: clock.now() - began, limitMs }
  journal.write({ kind: 'event-awaited', step: step.step, event: wordsOf(once), ...last, ...waited })
}

async function seenOf(stage: Stage, once: Once, since: Since): Promise<Seen> {
  const { requests, answers, log, metric, alert, container, state } = once
  if (requests !== undefined) return counted(requestsSince(stage, since.t), requests, 'requests of users')
  if (answers) return counted(answersSince(stage, answers.class, since.t), answers.count, `ended ${answers.class}`)
  if (log) return counted(linesSince(stage, log.reason, since.wall), log.count, `lines say ${log.reason}`)
  if (metric) return await valueAbove(stage, metric)
  if (alert !== undefined) return alertIs(stage, alert, state)
  return containerIs(stage, container ?? '', state, since.t)
}

const counted = (found: number, wanted: number, what: string): Seen => {
  return { met: found >= wanted, seen: `${found} ${what}` }
}

function answersSince({ facts }: Stage, name: string, fromT: number): number {
  const ends = factsOf(facts, 'load-sample')
    .filter(({ source, fromT: t }) => source === 'users' && t + sampleMs > fromT)
    .flatMap(({ ledger }) => Object.entries(ledger))
  return ends.reduce((sum, [how, count = 0]) => sum + (how === name ? count : 0), 0)
}

function linesSince({ watching, clock }: Stage, reason: string, fromWall: number): number {
  return watching.logs.reasonsBetween(fromWall, clock.wall()).find(([name]) => name === reason)?.[1] ?? 0
}

async function valueAbove({ stack }: Stage, { query, above }: NonNullable<Once['metric']>): Promise<Seen> {
  const samples = await stack.prometheus?.query(query, { timeoutMs: queryLimitMs }).catch(() => [])
  const values = (samples ?? []).map(({ value }) => Number(value[1]))
  const highest = Math.max(...values)
  return { met: highest > above, seen: values.length === 0 ? 'no value' : `at most ${highest}` }
}

function alertIs({ facts }: Stage, alert: string, state: string | undefined): Seen {
  // While the stack comes up there are alerts too, which are no part of the story.
  const storyT = factsOf(facts, 'phase-entered').find(({ phase }) => phase === 'story')?.t ?? 0
  const states = factsOf(facts, 'alert-changed')
    .filter((change) => change.alert === alert && change.seenT >= storyT)
    .map((change) => change.state)
  const fired = states.findLastIndex((one) => one === 'firing' || one === 'delivered')
  const over = states.findLastIndex((one) => one === 'resolved' || one === 'resolve-delivered')
  const is: Record<string, boolean> = {
    pending: states.at(-1) === 'pending',
    firing: fired > over,
    delivered: states.includes('delivered'),
    resolved: fired >= 0 && over > fired,
  }
  return { met: is[state ?? ''] ?? false, seen: states.length === 0 ? 'never pending' : `last ${states.at(-1)}` }
}

const actions: Record<string, string> = { started: 'start', died: 'die', oom: 'oom' }

function containerIs({ facts }: Stage, service: string, state: string | undefined, fromT: number): Seen {
  const own = factsOf(facts, 'service-event').filter((event) => event.service === service && event.t >= fromT)
  const seen = own.map(({ action }) => action).join(', ')
  return { met: own.some(({ action }) => action === actions[state ?? '']), seen: seen || 'no event of it' }
}
