import { type Fact, type FactOf, factsOf, type PlannedStep } from '../../journal/index.ts'
import { type Answer, defineGate, inconclusive, pass } from '../check.ts'
import { type StepSpan, stepSpan } from '../reading/steps.ts'
import type { Reading } from '../reading.ts'

/** A journal may hold what another story did, or tell by whom something ended that had not yet been. */
export const deedsTold = defineGate({
  kind: 'deeds-told',
  asks: 'Was in each step done what the plan has there, and nothing else?',
  judge: (reading) => {
    const { facts, plan } = reading
    const deeds = factsOf(facts, 'fault-injected').length + factsOf(facts, 'remedy-applied').length
    const wrong = notOfStep(reading) ?? notOfAny(reading) ?? strangeEnd(facts)
    return wrong ?? pass(`${deeds} deeds and ${factsOf(facts, 'observed').length} looks in ${plan.story.length} steps`)
  },
})

type Deed = FactOf<'fault-injected' | 'remedy-applied' | 'observed'>

function deedsIn(span: StepSpan): Deed[] {
  return [...span.during('fault-injected'), ...span.during('remedy-applied'), ...span.during('observed')]
}

/** Its kind, and what it is called. */
function nameOf(deed: Deed): { kind: string; name: string; startedT: number } {
  if (deed.kind === 'observed') return { kind: deed.probe, name: deed.probe, startedT: deed.t }
  const { startedT } = deed
  if (deed.kind === 'fault-injected') return { kind: deed.faultKind, name: deed.fault, startedT }
  return { kind: deed.remedyKind, name: deed.remedy, startedT }
}

function notOfStep({ facts, plan }: Reading): Answer | undefined {
  for (const planned of plan.story) {
    const span = stepSpan(facts, planned.step)
    const deeds = span ? deedsIn(span) : []
    const wrong = deeds.find((deed) => !span || !isPlanned(planned, deed) || !isIn(span, deed))
    const title = `step ${planned.step + 1} (${planned.title})`
    if (wrong)
      return inconclusive(`${title} did something else than the plan has there: ${nameOf(wrong).name}`, [wrong.n])
    const [, again] = deeds
    if (again) return inconclusive(`${title} did it twice: ${nameOf(again).name}`, [again.n])
  }
  return undefined
}

function isPlanned({ does, detail }: PlannedStep, deed: Deed): boolean {
  const { kind, name } = nameOf(deed)
  if (does === 'look') return deed.kind === 'observed' && kind === detail.look.kind
  if (does === 'fault') {
    return deed.kind === 'fault-injected' && kind === detail.fault.kind && name === (detail.as ?? kind)
  }
  if (does !== 'remedy' || deed.kind !== 'remedy-applied') return false
  return kind === detail.remedy.kind && name === (detail.as ?? kind)
}

/** Instants of one clock, rounded differently, ms. */
const roundingMs = 1

const isIn = ({ entered }: StepSpan, deed: Deed) => {
  const { startedT } = nameOf(deed)
  return startedT >= entered.t - roundingMs && startedT <= deed.t + roundingMs
}

function notOfAny({ facts, plan }: Reading): Answer | undefined {
  const inside = new Set(
    plan.story.flatMap(({ step }) => {
      const span = stepSpan(facts, step)
      return span ? deedsIn(span).map(({ n }) => n) : []
    }),
  )
  const all = [...factsOf(facts, 'fault-injected'), ...factsOf(facts, 'remedy-applied'), ...factsOf(facts, 'observed')]
  const stray = all.find(({ n }) => !inside.has(n))
  return stray && inconclusive(`${nameOf(stray).name} was in no step of the story`, [stray.n])
}

/** Each fault ends once, and by what was going on then. */
function strangeEnd(facts: readonly Fact[]): Answer | undefined {
  const ends = factsOf(facts, 'fault-undone')
  const again = ends.find(({ fault }, index) => ends.findIndex((one) => one.fault === fault) !== index)
  if (again) return inconclusive(`${again.fault} was over twice`, [again.n])
  const wrong = ends.find((end) => !isBy(facts, end))
  return wrong && inconclusive(`${wrong.fault} was not over by ${words[wrong.by]} when that is said`, [wrong.n])
}

const words = { undo: 'its undo', remedy: 'a remedy', measure: 'a measure', itself: 'itself' } as const

function isBy(facts: readonly Fact[], { fault, by, n }: FactOf<'fault-undone'>): boolean {
  const injected = factsOf(facts, 'fault-injected').find((one) => one.fault === fault && one.n < n)
  if (!injected || (by === 'measure') !== (injected.outcome !== 'in-force')) return false
  const entered = factsOf(facts, 'phase-entered').findLast((one) => one.n < n)?.phase
  const step = factsOf(facts, 'step-entered').findLast((one) => one.n < n)
  const isOn = step !== undefined && !factsOf(facts, 'step-ended').some((end) => end.n > step.n && end.n < n)
  if (by === 'undo') return entered === 'undo'
  if (by === 'itself') return entered === 'story' || entered === 'undo'
  const deed = by === 'measure' ? injected : factsOf(facts, 'remedy-applied').findLast((one) => one.n < n)
  return isOn && deed !== undefined && deed.n > step.n
}
