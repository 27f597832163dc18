import { type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { PlanRecord } from '../../../../src/journal/plan.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, readyT, renumbered, storyT, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good } from './row.ts'

const startT = readyT + 100
const [sample] = factsOf(good.facts, 'load-sample')
const rest = good.facts.filter(({ kind }) => kind !== 'load-sample')
const length = 96

type Stages = readonly { toRatePerS: number; over: number }[]
interface Course {
  /** Requests in the second that begins so long after the load, s. */
  readonly rate: (second: number) => number
  readonly crowd?: (second: number) => number
  readonly stages?: Stages
  /** When it was noted that it is another load, s after its begin, and which. */
  readonly changed?: readonly (readonly [second: number, ratePerS: number, users: number])[]
}

/** The users alone, second by second. */
function course({ rate, crowd = () => 50, stages = [], changed: changes = [] }: Course): RunRecord {
  const load: PlanRecord['load'] = { users: { ratePerS: 50, users: 50, stages: [...stages] } }
  const samples = Array.from({ length }, (_, second): FactOf<'load-sample'>[] => {
    const planned = Math.round(rate(second))
    const fromT = startT + second * 1_000
    const usersActive = Array.from({ length: Math.min(planned, crowd(second)) }, (_one, user) => user)
    return sample ? [{ ...sample, fromT, t: fromT + 1_100, planned, ledger: { http_200: planned }, usersActive }] : []
  })
  const facts = [...rest, ...samples.flat()].sort((a, b) => a.t - b.t)
  const record = { ...good, plan: { ...good.plan, load }, facts: renumbered(facts) }
  return changes.reduce<RunRecord>((all, [second, ratePerS, users]) => {
    const because = 'more of them'
    return plus(all, startT + second * 1_000, { kind: 'load-changed', source: 'users', ratePerS, users, because })
  }, record)
}

const ramp: Stages = [
  { toRatePerS: 100, over: 10_000 },
  { toRatePerS: 100, over: 20_000 },
  { toRatePerS: 50, over: 5_000 },
]
/** As the ramp has it, on average of each second. */
const ramped = (second: number) => {
  if (second < 10) return 50 + 5 * (second + 0.5)
  if (second < 30) return 100
  return second < 35 ? 100 - 10 * (second - 30 + 0.5) : 50
}
const more = [[30, 200, 50]] as const
const since = (from: number) => (second: number) => (second < from ? 50 : 200)
const many = [[30, 200, 200]] as const
const crowd = (from: number) => (second: number) => (second < from ? 50 : 200)
const other = /requests in a second for which the plan has/

const gate = 'load-as-planned'
const forth = [
  [30, 200, 200],
  [60, 100, 50],
] as const
const forthAndBack = (second: number) => (second < 30 ? 50 : second < 60 ? 200 : 100)
const crowdUntil = (to: number) => (second: number) => (second >= 30 && second < to ? 200 : 50)
/** One second of the users and of the pressure changed, or told in another order. */
const seconds = factsOf(good.facts, 'load-sample').filter(({ source }) => source === 'users')
const second = (index: number, to: (one: FactOf<'load-sample'>) => Partial<FactOf<'load-sample'>>, record = good) =>
  changed(record, 'load-sample', (one) => (one.n === seconds.at(index)?.n ? to(one) : {}))
/** The load begins so long after the story. */
const begun = (ms: number) =>
  changed(
    without(good, (fact) => fact.kind === 'load-sample' && fact.fromT < storyT - 150),
    'load-sample',
    ({ fromT }) => ({ fromT: fromT + 150 + ms }),
  )
const endT = (seconds.at(-1)?.fromT ?? 0) + 1_000
/** The story ends so long after the load. */
const outlived = (ms: number) =>
  changed(good, 'phase-entered', ({ phase }) => (phase === 'undo' ? { t: endT + ms } : {}))
/** The load's last second, which its end cut short, is told before the one that went before it. */
const swapped = (() => {
  const [before, last] = seconds.slice(-2)
  if (!before || !last) return good
  const cut = { ...before, fromT: last.fromT, planned: 9, ledger: { http_200: 9 } }
  return second(
    -1,
    () => ({ fromT: before.fromT }),
    second(-2, () => cut),
  )
})()
/** 100 requests a second more in each second: 5 in each of the 20 instants at which it is looked at. */
const steep: Stages = [{ toRatePerS: 1_050, over: 10_000 }]
const steeply = (s: number) => (s < 10 ? 50 + 100 * (s + 0.5) : 1_050)
/** Up to 100 in a little more than ten seconds, and then at once ten times as much. */
const leap: Stages = [
  { toRatePerS: 100, over: 10_025 },
  { toRatePerS: 1_000, over: 0 },
]
const leaping = (s: number) => (s < 10 ? 50 + (50 * (s + 0.5)) / 10.025 : 1_000)
const less = [[30, 49, 49]] as const

export const courseRows: GateRow[] = [
  [gate, 'a second that is 6 ms late', second(40, ({ fromT }) => ({ fromT: fromT + 6 })), /users do not follow each/],
  [gate, 'users who come after the story', begun(1), /the users came when the story had begun/],
  [gate, 'users who go a second before its end', outlived(1_000), /the users went 1\.0 s before the story ended/],
  [gate, 'one of fifty who does not come', course({ rate: () => 50, crowd: () => 48 }), /48 users .* plan has 50$/],
  [
    gate,
    'a ramp that is steeper, and a change long after it',
    course({ rate: (s) => (s === 0 ? 56 : s < 60 ? ramped(s) : 200), stages: ramp, changed: [[60, 200, 50]] }),
    /56 requests in a second for which the plan has 52\.5$/,
  ],
  [
    gate,
    'a ramp that is steeper, two seconds before a change',
    course({ rate: (s) => (s === 0 ? 56 : s < 3 ? ramped(s) : 200), stages: ramp, changed: [[3, 200, 50]] }),
    /56 requests in a second for which the plan has 52\.5$/,
  ],
  [
    gate,
    'a change that had taken hold in all of a second',
    course({ rate: since(31), changed: [[30.025, 200, 50]] }),
    /50 requests in a second for which the plan has 200\.0$/,
  ],
  [
    gate,
    'users who come two seconds late',
    course({ rate: since(30), crowd: crowd(32), changed: many }),
    /50 users in a second for which the plan has 200$/,
  ],
  [
    gate,
    'users who go three seconds before',
    course({ rate: forthAndBack, crowd: crowdUntil(57), changed: forth }),
    /50 users in a second for which the plan has 200$/,
  ],
  [gate, 'two requests more than 49', course({ rate: (s) => (s < 30 ? 50 : 52), changed: less }), /52 .* 49\.0$/],
  [gate, 'a ramp not begun', course({ rate: (s) => (s < 10 ? 50 : ramped(s)), stages: ramp }), other],
  [
    gate,
    'a ramp twice as fast',
    course({ rate: (s) => (s < 5 ? 50 + 10 * (s + 0.5) : ramped(s)), stages: ramp }),
    other,
  ],
  [gate, 'a ramp without its height', course({ rate: (s) => Math.min(90, ramped(s)), stages: ramp }), other],
  [gate, 'a ramp that never falls', course({ rate: (s) => (s < 30 ? ramped(s) : 100), stages: ramp }), other],
  [gate, 'a ramp that falls at once', course({ rate: (s) => (s < 30 ? ramped(s) : 50), stages: ramp }), other],
  [
    gate,
    'a ramp that nobody planned',
    course({ rate: ramped }),
    /53 requests in a second for which the plan has 50\.0$/,
  ],
  [gate, 'a change not followed', course({ rate: () => 50, changed: more }), /50 requests .* 200\.0$/],
  [gate, 'a change followed long before', course({ rate: since(26), changed: more }), /200 requests .* 50\.0$/],
  [gate, 'a change followed long after', course({ rate: since(34), changed: more }), other],
  [gate, 'half of a change', course({ rate: (s) => (s < 30 ? 50 : 100), changed: more }), /100 requests .* 200\.0$/],
  [
    gate,
    'something else near a change',
    course({ rate: (s) => (s === 29 ? 400 : since(30)(s)), changed: more }),
    /400 requests in a second for which the plan has 50\.0 to 200\.0/,
  ],
  [
    gate,
    'too few near a change',
    course({ rate: (s) => (s === 29 ? 20 : since(30)(s)), changed: more }),
    /20 requests/,
  ],
  [
    gate,
    'users who do not come',
    course({ rate: since(30), changed: many }),
    /50 users in a second for which the plan has 200/,
  ],
  [gate, 'users who go long before', course({ rate: forthAndBack, crowd: crowdUntil(50), changed: forth }), /50 users/],
  [gate, 'users who come late', course({ rate: since(30), crowd: crowd(34), changed: many }), /50 users in a second/],
  [
    gate,
    'too many near a change',
    course({ rate: (s) => (s === 30 ? 260 : since(30)(s)), changed: more }),
    /260 requests/,
  ],
  [
    gate,
    'the end of a ramp in its first second',
    course({ rate: (s) => (s === 0 ? 56 : ramped(s)), stages: ramp }),
    other,
  ],
  [gate, 'no users', { ...good, plan: { ...good.plan, load: {} } }, /the plan does not tell the users' load/],
  [
    gate,
    'no sample of them',
    { ...good, facts: renumbered(rest), plan: { ...good.plan, load: { users: { ratePerS: 50 } } } },
    /no sample of the users/,
  ],
  [gate, 'one of twenty-five less', course({ rate: () => 47 }), /47 requests in a second .* 50\.0$/],
  [gate, 'two of fifty more', course({ rate: () => 53 }), /53 requests/],
]

export const courseWell: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  [gate, 'a ramp', course({ rate: ramped, stages: ramp }), /95 whole seconds/],
  [gate, 'a change', course({ rate: since(30), changed: more }), /95 whole seconds/],
  [gate, 'a change noted a second late', course({ rate: since(29), changed: more }), /95 whole seconds/],
  [gate, 'a change in mid-second', course({ rate: (s) => (s === 29 ? 120 : since(30)(s)), changed: more }), /95 whole/],
  [gate, 'more users', course({ rate: since(30), crowd: crowd(30), changed: many }), /95 whole seconds/],
  [
    gate,
    'more users, a second later',
    course({ rate: since(30), crowd: crowd(31), changed: many }),
    /95 whole seconds/,
  ],
  [
    gate,
    'and back',
    course({ rate: (s) => (s < 30 || s >= 60 ? 50 : 200), changed: [...more, [60, 50, 50]] }),
    /95 whole/,
  ],
  [
    gate,
    'users who go a little before',
    course({ rate: forthAndBack, crowd: crowdUntil(58), changed: forth }),
    /95 whole/,
  ],
  [
    gate,
    'two changes, each noted a second late',
    course({ rate: (s) => (s < 29 || s >= 59 ? 50 : 200), changed: [...more, [60, 50, 50]] }),
    /95 whole/,
  ],
  [
    gate,
    'a change that takes a moment to hold',
    course({ rate: (s) => (s === 30 ? 140 : since(30)(s)), changed: [[30.05, 200, 50]] }),
    /95 whole/,
  ],
  [
    gate,
    'less, that takes a moment to hold',
    course({ rate: (s) => (s < 30 ? 50 : s < 60 ? 200 : s === 60 ? 110 : 50), changed: [...more, [60.05, 50, 50]] }),
    /95 whole/,
  ],
  [gate, 'one request less', course({ rate: () => 49 }), /95 whole seconds/],
  [gate, 'one request more', course({ rate: () => 51 }), /95 whole seconds/],
  [gate, 'a second that is 5 ms late', second(40, ({ fromT }) => ({ fromT: fromT + 5 })), /whole seconds of the users/],
  [gate, 'seconds told in another order', swapped, /whole seconds of the users/],
  [gate, 'users who come with the story', begun(0), /whole seconds of the users/],
  [gate, 'users who go just before its end', outlived(999), /whole seconds of the users/],
  [gate, 'one of fifty who does not come', course({ rate: () => 50, crowd: () => 49 }), /95 whole seconds/],
  [gate, 'two requests less', course({ rate: () => 48 }), /95 whole seconds/],
  [gate, 'two more than 49', course({ rate: (s) => (s < 30 ? 50 : 51), changed: less }), /95 whole seconds/],
  [
    gate,
    'a change in mid-second, noted two seconds later',
    course({ rate: (s) => (s === 30 ? 150 : since(30)(s)), changed: [[32.5, 200, 50]] }),
    /95 whole seconds/,
  ],
  [gate, 'a steep ramp', course({ rate: steeply, stages: steep }), /95 whole seconds/],
  [gate, 'a ramp that ends with a leap', course({ rate: leaping, stages: leap }), /95 whole seconds/],
  [gate, 'no pressure asked for', course({ rate: () => 50 }), /each with at least 98 % of the plan/],
]
