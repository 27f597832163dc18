import type { Fact } from '../../../../src/journal/facts.ts'
import {
  changed,
  outageJournal,
  outagePlan,
  plus,
  storyT,
  twice,
  without,
  withoutKind,
} from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'

const story = outagePlan().story.map((step) => {
  return step.step === 2 ? { ...step, once: { requests: 10, within: 5_000 } } : step
})
const good = outageJournal({ plan: { story } })

/** Its third step waited for an event, which came or did not. */
export const awaited = (met: boolean) =>
  plus(good, storyT + 20_000, {
    kind: 'event-awaited',
    step: 2,
    event: '10 requests of users',
    met,
    seen: met ? '12 requests of users' : '3 requests of users',
    waitedMs: 200,
    limitMs: 5_000,
  })

const isAwaited = ({ kind }: Fact) => kind === 'event-awaited'
/** Noted before another step than its own. */
const earlier = plus(without(awaited(true), isAwaited), storyT + 100, {
  kind: 'event-awaited',
  step: 2,
  event: '10 requests of users',
  met: true,
  seen: '12 requests of users',
  waitedMs: 20,
  limitMs: 5_000,
})

export const eventRows: GateRow[] = [
  [
    'events-came',
    'one did not',
    awaited(false),
    /^step 3 \(.*\) waited for: 10 requests of users; it did not come within 5\.0 s, but 3 requests of users$/,
  ],
  ['events-came', 'waited for twice', twice(awaited(true), isAwaited), /did not wait for its event just before it/],
  [
    'events-came',
    'waited for longer than there was time',
    changed(awaited(true), 'event-awaited', () => ({ waitedMs: 16_000 })),
    /just before it/,
  ],
  ['events-came', 'waited for in another step', earlier, /just before it/],
  [
    'events-came',
    'an event that the plan does not have',
    { ...awaited(true), plan: outageJournal().plan },
    /^step 3 waited for: 10 requests of users; the plan has no such event/,
  ],
  [
    'events-came',
    'not waited for',
    withoutKind(awaited(true), 'event-awaited'),
    /^step 3 .* did not wait for its event$/,
  ],
]
