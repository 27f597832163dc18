import { type Fact, type FactOf, factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, plus, replanned, storyT, without } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'
import { good, stopped } from './row.ts'

type Sample = FactOf<'load-sample'>
const samples = (source: Sample['source'], to: (sample: Sample) => Partial<Sample>) =>
  changed(good, 'load-sample', (sample) => (sample.source === source ? to(sample) : {}))
const lastUsers = factsOf(good.facts, 'load-sample').findLast(({ source }) => source === 'users')
const beforeLast = factsOf(good.facts, 'load-sample').findLast((one) => {
  return one.source === 'users' && one.n !== lastUsers?.n
})
const undoT = factsOf(good.facts, 'phase-entered').find(({ phase }) => phase === 'undo')?.t ?? 0
const entered = factsOf(good.facts, 'step-entered')

const over = (record: RunRecord, t: number, by: FactOf<'fault-undone'>['by'], fault = 'the deploy') =>
  plus(
    without(record, ({ kind }: Fact) => kind === 'fault-undone'),
    t,
    { kind: 'fault-undone', fault, by, because: 'said' },
  )
const story = good.plan.story.map((step) => {
  return step.does === 'fault' ? { ...step, detail: { ...step.detail, fault: { kind: 'other' } } } : step
})
const silent = { planned: 0, ledger: {}, latencyMs: null, usersActive: [], usersFailed: [], firstFailedT: null }

export const strangeRows: GateRow[] = [
  [
    'deeds-told',
    'of a fault of another kind',
    replanned(good, { story }),
    /^step 1 \(The deploy .*\) did something else/,
  ],
  ['deeds-told', 'the end of a fault that never was', over(good, storyT + 66_200, 'remedy', 'x'), /x was not over by/],
  ['deeds-told', 'over by a measure long after', over(stopped, storyT + 19_000, 'measure'), /not over by a measure/],
  ['deeds-told', 'over by a measure before it', over(stopped, storyT + 100, 'measure'), /not over by a measure/],
]

/** What is no harm, though it looks like it. */
export const toldWellRows: [gate: string, name: string, record: RunRecord, because: RegExp][] = [
  ['deeds-told', 'as it was', good, /^3 deeds and 3 looks in 8 steps$/],
  [
    'deeds-told',
    'begun with its step',
    changed(good, 'fault-injected', () => ({ startedT: entered[0]?.t ?? 0 })),
    /3 deeds/,
  ],
  [
    'seconds-told',
    'told by a clock that is slewed',
    changed(good, 'load-sample', ({ fromT }) => ({ t: fromT + 751 })),
    /none of which contradicts itself/,
  ],
  ['deeds-told', 'over by itself in the story', over(good, storyT + 60_500, 'itself'), /3 deeds/],
  ['deeds-told', 'over by itself while the story was closed', over(good, undoT + 5, 'itself'), /3 deeds/],
  ['deeds-told', 'over by its undo', over(good, undoT + 5, 'undo'), /3 deeds/],
  ['deeds-told', 'over by a measure in its step', over(stopped, storyT + 190, 'measure'), /1 deeds/],
  ['seconds-told', 'pressure, by the time of its answers', samples('pressure', () => ({ firstFailedT: 1 })), /seconds/],
  [
    'seconds-told',
    'pressure that was not sent',
    samples('pressure', ({ planned }) => ({ ledger: { not_sent: planned - 1, in_flight_at_end: 1 }, latencyMs: null })),
    /seconds/,
  ],
  ['seconds-told', 'seconds of nobody', samples('users', () => ({ ...silent, lastFailedT: null })), /seconds/],
  [
    'seconds-told',
    'the last one cut short',
    changed(good, 'load-sample', ({ n, fromT }) => (n === lastUsers?.n ? { t: fromT + 70 } : {})),
    /seconds/,
  ],
  [
    'seconds-told',
    'the last one cut short, before one whose requests waited long',
    changed(good, 'load-sample', ({ n }) => {
      if (!lastUsers || !beforeLast) return {}
      if (n === beforeLast.n) return { ...lastUsers, n, t: lastUsers.fromT + 70 }
      return n === lastUsers.n ? { ...beforeLast, n, t: lastUsers.t } : {}
    }),
    /seconds/,
  ],
  [
    'seconds-told',
    'failed to its very end',
    samples('users', ({ fromT, lastFailedT }) => (lastFailedT === null ? {} : { lastFailedT: fromT + 1_000 })),
    /seconds/,
  ],
]
