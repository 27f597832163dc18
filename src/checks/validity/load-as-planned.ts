import { z } from 'zod'
import { type Fact, type FactOf, factsOf } from '../../journal/index.ts'
import { inSeconds, percent } from '../../kit/figures.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { loadOf, samplesOf } from '../reading/load.ts'
import { secondMs } from '../reading/seconds.ts'
import type { Reading } from '../reading.ts'

/** Of the requests that the plan has in a second, at least so many must have been planned by the generator. */
const plannedAtLeast = 0.98
/** Requests do not keep to whole seconds. */
const looseRequests = 1
/** A change of the load is noted so long after it took hold at most, ms: in a second near it either rate is right. */
const noticeMs = 2_000
/** Samples are whole seconds after the load's begin: apart by this much more or less, ms, they are not. */
const beatMs = 5

const usersPlan = z.object({
  ratePerS: z.number().positive(),
  users: z.number().positive().optional(),
  stages: z.array(z.object({ toRatePerS: z.number().positive(), over: z.number().nonnegative() })).default([]),
})

export const loadAsPlanned = defineGate({
  kind: 'load-as-planned',
  asks: 'Was the load that the plan wants there in every second?',
  judge: (reading) => {
    const { facts, plan } = reading
    const planned = usersPlan.safeParse(plan.load['users'])
    if (!planned.success) return inconclusive("the plan does not tell the users' load")
    const loads = [...new Set(factsOf(facts, 'load-sample').map(loadOf))]
    const broken = loads.map((load) => beatError(load, inOrder(facts, load))).find((error) => error !== undefined)
    if (broken) return broken
    const asked = plan.load['pressure'] ? ['users', 'pressure'] : ['users']
    const away = asked.map((load) => coverError(reading, load)).find((error) => error !== undefined)
    if (away) return away
    return usersError(facts, planned.data)
  },
})

/** All seconds of a load, as they followed each other. */
function inOrder(facts: readonly Fact[], load: string): FactOf<'load-sample'>[] {
  return samplesOf(facts, load).sort((a, b) => a.fromT - b.fromT)
}

/** Each second once, and none left out. */
function beatError(load: string, samples: readonly FactOf<'load-sample'>[]): Answer | undefined {
  const wrong = samples.find((sample, index) => {
    const before = samples[index - 1]
    return before !== undefined && Math.abs(sample.fromT - before.fromT - secondMs) > beatMs
  })
  return (
    wrong &&
    inconclusive(`the seconds of ${load} do not follow each other: one is missing, or recorded twice`, [wrong.n])
  )
}

/** What the plan asks for all along was there from the story's begin to its end, but for a part of a second. */
function coverError({ facts, storyFromT, storyToT }: Reading, load: string): Answer | undefined {
  const begins = samplesOf(facts, load).map(({ fromT }) => fromT)
  if (begins.length === 0) return inconclusive(`there is no sample of the ${load}`)
  const [fromT, toT] = [Math.min(...begins), Math.max(...begins) + secondMs]
  if (fromT > (storyFromT ?? fromT)) return inconclusive(`the ${load} came when the story had begun`)
  const missingMs = storyToT - toT
  return missingMs < secondMs
    ? undefined
    : inconclusive(`the ${load} went ${inSeconds(missingMs)} before the story ended`)
}

type UsersPlan = z.output<typeof usersPlan>

function usersError(facts: readonly Fact[], plan: UsersPlan): Answer {
  const samples = inOrder(facts, 'users')
  const startT = Math.min(...samples.map(({ fromT }) => fromT))
  const changes = factsOf(facts, 'load-changed').filter(({ source }) => source === 'users')
  // The last second is cut short by the load's end.
  const whole = samples.slice(0, -1)
  for (const { n, fromT, planned, usersActive } of whole) {
    const crowd = Math.min(planned, crowdIn({ plan, startT, changes }, fromT))
    if (usersActive.length < crowd * plannedAtLeast)
      return inconclusive(`${usersActive.length} users in a second for which the plan has ${crowd}`, [n])
    const { least, most } = ratesIn({ plan, startT, changes }, fromT)
    if (planned + looseRequests >= least * plannedAtLeast && planned - looseRequests <= most / plannedAtLeast) continue
    const wanted = least === most ? least.toFixed(1) : `${least.toFixed(1)} to ${most.toFixed(1)}`
    return inconclusive(`${planned} requests in a second for which the plan has ${wanted}`, [n])
  }
  const rate = `at least ${percent(plannedAtLeast)} of the plan`
  return pass(
    `${whole.length} whole seconds of the users, each with ${rate}`,
    samples.slice(0, 1).map(({ n }) => n),
  )
}

interface Course {
  readonly plan: UsersPlan
  readonly startT: number
  readonly changes: readonly FactOf<'load-changed'>[]
}

/** Requests that may be due in the second that begins then: one figure, or two near a change of the load. */
function ratesIn(course: Course, fromT: number): { least: number; most: number } {
  // One that is long over makes no difference: the rate is the same however early it took hold.
  const near = course.changes.some(({ t }) => t < fromT + secondMs + noticeMs)
  const counts = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => {
    const instants = Array.from({ length: 20 }, (_, index) => fromT + (index + 0.5) * (secondMs / 20))
    const rates = instants.map((t) => rateAt(course, t, part * noticeMs))
    return near ? [Math.min(...rates), Math.max(...rates)] : [rates.reduce((sum, rate) => sum + rate, 0) / rates.length]
  })
  return { least: Math.min(...counts), most: Math.max(...counts) }
}

/** Users take turns: so many of them come in a second with enough requests. Near a change the fewer count. */
function crowdIn({ plan, changes }: Course, fromT: number): number {
  const crowds = [{ t: -Infinity, users: plan.users ?? 0 }, ...changes].filter(
    ({ t }) => t < fromT + secondMs + noticeMs,
  )
  const inForce = crowds.findLastIndex(({ t }) => t <= fromT - secondMs)
  return Math.min(...crowds.slice(inForce).map(({ users }) => users))
}

/** Requests per second due at an instant, where changes took hold so long before they were noted. */
function rateAt({ plan, startT, changes }: Course, t: number, shiftMs: number): number {
  const change = changes.findLast((one) => one.t - shiftMs <= t)
  if (change) return change.ratePerS ?? 0
  let fromT = startT
  let rate = plan.ratePerS
  for (const { toRatePerS, over } of plan.stages) {
    if (t < fromT + over) return rate + ((toRatePerS - rate) * (t - fromT)) / over
    fromT += over
    rate = toRatePerS
  }
  return rate
}
