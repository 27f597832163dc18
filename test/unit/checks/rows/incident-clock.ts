import { factsOf } from '../../../../src/journal/facts.ts'
import type { RunRecord } from '../../../../src/journal/record.ts'
import { changed, outageJournal, plus, storyT, without, withoutKind } from '../../../support/journal.ts'
import type { GateRow } from './instruments.ts'

/** Without its clock of the incident. Its second step is due with the first one. */
export const old = withoutKind(outageJournal(), 'clock-set')
const lateT = storyT + 49_000

/** From the sixth step on everything came so much later. */
export const later = (ms: number): RunRecord => {
  return { ...old, facts: old.facts.map((fact) => (fact.t > lateT ? { ...fact, t: fact.t + ms } : fact)) }
}

/** With the clock of the incident written down: it starts with the story, and goes on with each step. */
export function clocked(record: RunRecord): RunRecord {
  const start = { kind: 'clock-set' as const, incidentMs: 0, runs: true, because: 'the story begins' }
  return factsOf(record.facts, 'step-entered').reduce(
    (noted, { step, t }) => {
      const { dueMs: incidentMs = 0 } = record.plan.story.find((planned) => planned.step === step) ?? {}
      return plus(noted, t - 0.5, { kind: 'clock-set', incidentMs, runs: true, because: `step ${step + 1}` })
    },
    plus(withoutKind(record, 'clock-set'), storyT, start),
  )
}

const good = clocked(old)
const firstSet = factsOf(good.facts, 'clock-set')[0]?.n
const isLate = ({ t }: { t: number }) => t > lateT

/** Stopped for a moment in the middle of nothing. */
const stopped = [
  { ms: 25_000, incidentMs: 25_000, runs: false },
  { ms: 25_200, incidentMs: 25_000, runs: true },
].reduce<RunRecord>(
  (record, { ms, ...rest }) => plus(record, storyT + ms, { kind: 'clock-set', ...rest, because: 'somebody did it' }),
  good,
)

export const incidentClockRows: GateRow[] = [
  ['incident-clock', 'started late', changed(good, 'clock-set', () => ({ incidentMs: 500 })), /did not start/],
  [
    'incident-clock',
    'set forward',
    changed(good, 'clock-set', ({ n, incidentMs }) => (n === firstSet ? {} : { incidentMs: incidentMs + 900 })),
    /set forward or back/,
  ],
  [
    'incident-clock',
    'a step after its time',
    without(clocked(later(4_000)), (fact) => fact.kind === 'clock-set' && isLate(fact)),
    /step 6 was entered 4\.0 s after its time/,
  ],
  ['incident-clock', 'stood for no step', stopped, /stood for no step: 0\.2 s/],
  ['incident-clock', 'without any', old, /tells of no clock of the incident/],
]
