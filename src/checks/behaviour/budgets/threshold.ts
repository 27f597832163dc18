import { z } from 'zod'
import { factsOf } from '../../../journal/index.ts'
import { count, counted, percent } from '../../../kit/figures.ts'
import { add, isServed, type Ledger, total } from '../../../kit/ledger.ts'
import { Spread } from '../../../kit/thresholds/spread.ts'
import {
  figureOf,
  figureWords,
  isKept,
  type Met,
  requestsFor,
  type Threshold,
  thresholdOf,
} from '../../../kit/thresholds/thresholds.ts'
import { faultTime } from '../../cell/window.ts'
import { type Answer, defineCheck, fail, inconclusive, pass } from '../../check.ts'
import { secondMs } from '../../reading/seconds.ts'
import type { Reading } from '../../reading.ts'
import type { Finding } from '../../verdict.ts'

/** With so much of the cores busy, or so much of the time starved, what is slow may be the machine. */
const busyShare = 0.95
const starvedShare = 0.1

export const threshold = defineCheck({
  kind: 'threshold',
  about: 'behaviour',
  time: 'system',
  asks: 'Was a threshold kept while the fault was there, or, where there is none, while the story was told?',
  fields: {
    /** In the words of k6: `http_req_duration`, `http_req_failed`, `http_reqs`; and `goodput`. */
    metric: z.string(),
    /** `p(95)<300`. */
    is: z.string(),
    /** The figure is told, and nobody is held to it. */
    measured: z.literal(true).optional(),
  },
  needs: ['requests'],
  title: ({ metric, is, measured }) => `${metric} ${is}${measured ? ', told only' : ''}`,
  refuse: ({ metric, is }) => {
    const read = thresholdOf(metric, is)
    return 'because' in read ? [{ path: 'is', value: is, what: read.because }] : []
  },
  judge: (reading, { metric, is, measured }) => {
    const read = thresholdOf(metric, is)
    if ('because' in read) return inconclusive(read.because)
    const answer = judged(reading, read)
    return measured && answer.status !== 'pass' ? { ...answer, status: 'pass' } : answer
  },
})

/** What each of these thresholds is, whoever is held to it. */
export function thresholdsKept(
  reading: Reading,
  asked: readonly { readonly metric: string; readonly is: string }[],
): Pick<Finding, 'status' | 'because' | 'title'>[] {
  return asked.flatMap(({ metric, is }) => threshold.ask(reading, { kind: 'threshold', metric, is }))
}

function judged(reading: Reading, asked: Threshold): Answer {
  const { met, facts, fromT, toT } = metIn(reading)
  const needed = requestsFor(asked)
  if (met.requests < needed) {
    const only = `it rests on ${counted(met.requests, 'request')}, and needs ${count(needed)}`
    return inconclusive(only, facts)
  }
  const figure = figureOf(asked, met)
  if (figure === null) return inconclusive('no histogram of the answer times was kept', facts)
  const because = `${figureWords(asked, figure)} over ${counted(met.requests, 'request')} in ${met.seconds} s`
  if (isKept(asked, figure)) return pass(because, facts)
  const crowded = noRoom(reading, fromT, toT)
  if (crowded !== undefined) return inconclusive(`${because}: not kept, but ${crowded}`, facts)
  return fail(`${because}: not kept`, facts)
}

/** Answer times of each second in that time. */
export function bySecond(reading: Parameters<typeof insideOf>[0]) {
  return insideOf(reading).inside.map(({ spread }) => Spread.of(spread ? [spread] : []).buckets())
}

/** What users met in the seconds that lie wholly in the time of the fault, or of the story. */
function metIn(reading: Parameters<typeof insideOf>[0]) {
  const { inside, fromT, toT } = insideOf(reading)
  const ledger = inside.reduce<Ledger>((sum, one) => add(sum, one.ledger), {})
  const served = Object.entries(ledger).reduce((sum, [name, many = 0]) => sum + (isServed(name) ? many : 0), 0)
  const requests = total(ledger) - (ledger.in_flight_at_end ?? 0)
  const met: Met = {
    seconds: inside.length,
    planned: inside.reduce((sum, { planned }) => sum + planned, 0),
    requests,
    failed: requests - served,
    served,
    buckets: Spread.of(inside.flatMap(({ spread }) => spread ?? [])).buckets(),
  }
  return { met, facts: inside.map(({ n }) => n), fromT, toT }
}

/** Seconds of the users that lie wholly in it. */
function insideOf({ facts, storyFromT, storyToT }: Pick<Reading, 'facts' | 'storyFromT' | 'storyToT'>) {
  const fault = faultTime(facts)
  const fromT = fault?.inForceT ?? storyFromT ?? 0
  const toT = fault?.toT ?? storyToT
  const inside = factsOf(facts, 'load-sample').filter((one) => {
    return one.source === 'users' && one.fromT >= fromT && one.fromT + secondMs <= toT
  })
  return { inside, fromT, toT }
}

/** Why what is slow may be the machine, and not the stack; undefined: it had room. */
function noRoom({ machine }: Pick<Reading, 'machine'>, fromT: number, toT: number): string | undefined {
  const room = machine.between(fromT, toT)
  if (room.starvedMs > (toT - fromT) * starvedShare) return room.because
  const inside = machine.samples.filter((one) => one.fromT + one.spanMs > fromT && one.fromT < toT)
  const busy = inside.reduce((sum, { cpuBusy }) => sum + cpuBusy, 0) / Math.max(1, inside.length)
  return busy >= busyShare ? `all cores of the machine were busy (${percent(busy)})` : undefined
}
